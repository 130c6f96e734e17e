# Português (Portugal)

## The question and its scale

question = Qual é a probabilidade de recomendar { $company } a um amigo ou colega?
question_us = Qual é a probabilidade de nos recomendar a um amigo ou colega?
low = Nada provável
high = Extremamente provável
step = Pontuação { $score } de 10

## The letters that ask

hello = Olá,
hello_name = Olá, { $name },
invite_subject = Uma pergunta de { $company }
invite_subject_about = Uma pergunta sobre { $subject }
remind_subject = Lembrete: uma pergunta de { $company }
remind_subject_about = Lembrete: uma pergunta sobre { $subject }
preheader = Basta um clique num número de 0 a 10.
invite = A sua opinião ajudar-nos-ia a melhorar. É uma única pergunta e demora meio minuto.
invite_about = A sua opinião sobre { $subject } ajudar-nos-ia a melhorar. É uma única pergunta e demora meio minuto.
remind = Ainda não recebemos a sua resposta, e a sua opinião ajudar-nos-ia. Continua a ser uma única pergunta.
remind_about = Ainda não recebemos a sua resposta sobre { $subject }, e a sua opinião ajudar-nos-ia. Continua a ser uma única pergunta.
choose = Escolha o seu número. A página que se abre pede-lhe que o confirme; antes disso, nada é registado.
choose_page = Escolha o seu número. A página que se abre pede-lhe que o confirme.
or_reply = Ou responda simplesmente a este e-mail com um número de 0 a 10.
pressed = Se já a abriu anteriormente, verifique se premiu o botão.
regards = Agradecemos desde já,
only_reminder = Este é o único lembrete.
numbers_fail = Os números não funcionam?
on_the_page = Responder na página
rather_not = Prefere não receber perguntas?
unsubscribe_from = Cancelar a subscrição dos inquéritos de { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: de 0 a 10, quanto nos recomenda?
sms_remind = { $company }, apenas um lembrete: de 0 a 10, quanto nos recomenda?
sms_stop = Responda STOP para cancelar.

## The letter that thanks

thanks_subject = Um agradecimento de { $company }
review = Escrever uma avaliação pública
thanks_why = Recebe esta mensagem porque respondeu ao nosso inquérito.

## The page

your_answer = A sua resposta
please_check = Verifique, por favor
confirm = Confirmar a minha resposta
not_yet = Nada é registado até premir o botão. Pode alterar a sua resposta mais tarde com a mesma ligação.
saves_itself = A sua resposta é guardada quando prime o botão, ou por si só alguns segundos depois de começar a usar esta página. Pode alterar a sua resposta mais tarde com a mesma ligação.
saved_itself = A sua resposta está guardada. Prima o botão para a confirmar.
not_saved_itself = A sua resposta ainda não está guardada. Prima o botão, por favor.
your_comment = O seu comentário
thank_you = Agradecemos
thanks_answer = Agradecemos a sua resposta.
thanks_comment = Agradecemos, recebemos o seu comentário.
thanks_saved = Agradecemos, está guardado.
change = Alterar
ask_detractor = O que correu mal e o que deveríamos mudar primeiro?
ask_passive = O que mais melhoraria a sua experiência?
ask_promoter = É bom saber! O que mais valoriza?
ask_open = O que gostaria de nos dizer?
reasons = O que está por trás da sua resposta?
reasons_any = Assinale tudo o que se aplica.
as_you_like = Escreva o que quiser, até { $most } caracteres.
replaces = Já deixou um comentário; um novo tomará o lugar dele.
may_contact = Podem contactar-me sobre a minha resposta.
may_quote = Podem citar-me com o meu nome.
send = Enviar
save = Guardar alterações
already = A sua resposta já está registada. Esta parte é opcional.

## Unsubscribing

unsubscribe = Cancelar subscrição
unsubscribe_ask = Cancelar a subscrição dos inquéritos?
unsubscribe_means = Nesse caso, não voltaremos a pedir a sua opinião, sobre nenhum assunto.
unsubscribed = A sua subscrição foi cancelada.
unsubscribed_means = Não lhe enviaremos mais inquéritos. Pode fechar esta página.

## Where something is wrong

forged_title = Esta ligação não funciona
forged = Pode ter sido cortada pelo caminho. Abra-a novamente a partir do e-mail, por favor.
expired_title = Esta ligação expirou
expired = Veio num e-mail enviado há meio ano ou mais. Não precisa de fazer nada.
gone_title = Este inquérito terminou
gone = Os respetivos dados foram eliminados. Não precisa de fazer nada.
later_title = Tente novamente dentro de momentos
later = Não conseguimos mostrar esta página neste momento. A sua ligação continua a funcionar: recarregue a página dentro de alguns segundos.
unreadable_title = Não conseguimos ler o que foi enviado
unreadable = Volte atrás e tente novamente, por favor. Um comentário pode ter até { $most } caracteres.
choose_number = Escolha um número de 0 a 10, por favor.
too_long = O seu comentário tem { PLURAL($typed) ->
    [one] { $typed } carácter
    [many] { $typed } de caracteres
   *[other] { $typed } caracteres
} e o máximo é { $most }. Encurte-o, por favor.
too_often = A sua resposta foi alterada tantas vezes que agora fica como está.
not_saved = Não conseguimos guardar neste momento. O que escreveu continua aqui: prima o botão novamente, por favor.
not_unsubscribed = Não conseguimos fazê-lo neste momento. Prima o botão novamente, por favor.
language_menu = Idioma
