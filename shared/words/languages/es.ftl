# Español

## The question and its scale

question = ¿Qué probabilidad hay de que recomiende { $company } a un amigo o colega?
question_us = ¿Qué probabilidad hay de que nos recomiende a un amigo o colega?
low = Nada probable
high = Sumamente probable
step = Puntuación { $score } de 10

## The letters that ask

hello = Hola:
hello_name = Hola, { $name }:
invite_subject = Una pregunta de { $company }
invite_subject_about = Una pregunta sobre { $subject }
remind_subject = Recordatorio: una pregunta de { $company }
remind_subject_about = Recordatorio: una pregunta sobre { $subject }
preheader = Basta un clic en un número del 0 al 10.
invite = Su opinión nos ayudaría a mejorar. Es una sola pregunta y lleva medio minuto.
invite_about = Su opinión sobre { $subject } nos ayudaría a mejorar. Es una sola pregunta y lleva medio minuto.
remind = Aún no hemos recibido su respuesta, y su opinión nos ayudaría. Sigue siendo una sola pregunta.
remind_about = Aún no hemos recibido su respuesta sobre { $subject }, y su opinión nos ayudaría. Sigue siendo una sola pregunta.
choose = Elija su número. La página que se abre le pide que lo confirme; antes de eso no se guarda nada.
choose_page = Elija su número. La página que se abre le pide que lo confirme.
or_reply = O simplemente responda a este correo con un número del 0 al 10.
pressed = Si ya la abrió antes, compruebe por favor que pulsó el botón.
regards = Gracias,
only_reminder = Este es el único recordatorio.
numbers_fail = ¿No funcionan los números?
on_the_page = Responder en la página
rather_not = ¿Prefiere que no le preguntemos?
unsubscribe_from = Darse de baja de las encuestas de { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: de 0 a 10, ¿nos recomienda?
sms_remind = { $company } le recuerda una sola vez: de 0 a 10, ¿nos recomienda?
sms_stop = Responda STOP para darse de baja.

## The letter that thanks

thanks_subject = Gracias de parte de { $company }
review = Escribir una reseña pública
thanks_why = Recibe este mensaje porque respondió a nuestra encuesta.

## The page

your_answer = Su respuesta
please_check = Por favor, revise
confirm = Confirmar mi respuesta
not_yet = No se guarda nada hasta que pulse el botón. Puede cambiar su respuesta más adelante con el mismo enlace.
saves_itself = Su respuesta se guarda cuando pulsa el botón, o por sí sola unos segundos después de que empiece a usar esta página. Puede cambiar su respuesta más adelante con el mismo enlace.
saved_itself = Su respuesta está guardada. Pulse el botón para confirmarla.
not_saved_itself = Su respuesta aún no está guardada. Pulse el botón, por favor.
your_comment = Su comentario
thank_you = Gracias
thanks_answer = Gracias por su respuesta.
thanks_comment = Gracias, hemos recibido su comentario.
thanks_saved = Gracias, ha quedado guardado.
change = Cambiarla
ask_detractor = ¿Qué salió mal y qué deberíamos cambiar primero?
ask_passive = ¿Qué es lo que más mejoraría su experiencia?
ask_promoter = ¡Nos alegra saberlo! ¿Qué es lo que más valora?
ask_open = ¿Qué le gustaría contarnos?
reasons = ¿Qué hay detrás de su respuesta?
reasons_any = Marque todo lo que corresponda.
as_you_like = Escriba tanto como quiera, hasta { $most } caracteres.
replaces = Ya dejó un comentario; uno nuevo lo sustituirá.
may_contact = Pueden ponerse en contacto conmigo por mi respuesta.
may_quote = Pueden citarme con mi nombre.
send = Enviar
save = Guardar cambios
already = Su respuesta ya está guardada. Esta parte es opcional.

## Unsubscribing

unsubscribe = Darse de baja
unsubscribe_ask = ¿Darse de baja de las encuestas?
unsubscribe_means = En ese caso no volveremos a pedirle su opinión, sobre ningún asunto.
unsubscribed = Su baja está registrada.
unsubscribed_means = No le enviaremos más encuestas. Puede cerrar esta página.

## Where something is wrong

forged_title = Este enlace no funciona
forged = Puede que se haya cortado por el camino. Ábralo de nuevo desde el correo electrónico, por favor.
expired_title = Este enlace ha caducado
expired = Procede de un correo enviado hace medio año o más. No tiene que hacer nada.
gone_title = Esta encuesta ha terminado
gone = Los datos correspondientes se han eliminado. No tiene que hacer nada.
later_title = Inténtelo de nuevo en un momento
later = En este momento no podemos mostrar esta página. Su enlace sigue funcionando: recargue la página dentro de unos segundos.
unreadable_title = No hemos podido leerlo
unreadable = Vuelva atrás e inténtelo de nuevo, por favor. Un comentario puede tener hasta { $most } caracteres.
choose_number = Elija un número del 0 al 10, por favor.
too_long = Su comentario tiene { PLURAL($typed) ->
    [one] { $typed } carácter
    [many] { $typed } de caracteres
   *[other] { $typed } caracteres
} y caben como máximo { $most }. Acórtelo, por favor.
too_often = Su respuesta se ha cambiado tantas veces que ahora se queda como está.
not_saved = No hemos podido guardarlo en este momento. Lo que escribió sigue aquí: pulse el botón de nuevo, por favor.
not_unsubscribed = No hemos podido hacerlo en este momento. Pulse el botón de nuevo, por favor.
language_menu = Idioma
