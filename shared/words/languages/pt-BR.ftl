# Português (Brasil)

## The question and its scale

question = Qual é a probabilidade de você recomendar { $company } a um amigo ou colega?
question_us = Qual é a probabilidade de você nos recomendar a um amigo ou colega?
low = Nada provável
high = Extremamente provável
step = Nota { $score } de 10

## The letters that ask

hello = Olá,
hello_name = Olá, { $name },
invite_subject = Uma pergunta de { $company }
invite_subject_about = Uma pergunta sobre { $subject }
remind_subject = Lembrete: uma pergunta de { $company }
remind_subject_about = Lembrete: uma pergunta sobre { $subject }
preheader = Basta um clique em um número de 0 a 10.
invite = Sua opinião nos ajudaria a melhorar. É uma única pergunta e leva meio minuto.
invite_about = Sua opinião sobre { $subject } nos ajudaria a melhorar. É uma única pergunta e leva meio minuto.
remind = Ainda não recebemos sua resposta, e sua opinião nos ajudaria. Continua sendo uma única pergunta.
remind_about = Ainda não recebemos sua resposta sobre { $subject }, e sua opinião nos ajudaria. Continua sendo uma única pergunta.
choose = Escolha o seu número. A página que se abre pede que você o confirme, e nada é registrado antes disso.
choose_page = Escolha o seu número. A página que se abre pede que você o confirme.
or_reply = Ou simplesmente responda a este e-mail com um número de 0 a 10.
pressed = Se você já a abriu antes, verifique se pressionou o botão.
regards = Agradecemos desde já,
only_reminder = Este é o único lembrete.
numbers_fail = Os números não funcionam?
on_the_page = Responder na página
rather_not = Prefere não receber perguntas?
unsubscribe_from = Cancelar as pesquisas de { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company }: de 0 a 10, quanto nos recomenda?
sms_remind = { $company }, apenas um lembrete: de 0 a 10, quanto nos recomenda?
sms_stop = Responda STOP para sair.

## The letter that thanks

thanks_subject = Um agradecimento de { $company }
review = Escrever uma avaliação pública
thanks_why = Você está recebendo esta mensagem porque respondeu à nossa pesquisa.

## The page

your_answer = Sua resposta
please_check = Verifique
confirm = Confirmar minha resposta
not_yet = Nada é registrado até você pressionar o botão. Você pode mudar sua resposta depois com o mesmo link.
saves_itself = Sua resposta é salva quando você pressiona o botão, ou sozinha alguns segundos depois que você começa a usar esta página. Você pode mudar sua resposta depois com o mesmo link.
saved_itself = Sua resposta está salva. Pressione o botão para confirmá-la.
not_saved_itself = Sua resposta ainda não está salva. Pressione o botão.
your_comment = Seu comentário
thank_you = Agradecemos
thanks_answer = Agradecemos a sua resposta.
thanks_comment = Agradecemos, recebemos o seu comentário.
thanks_saved = Agradecemos, está salvo.
change = Mudar
ask_detractor = O que deu errado para você, e o que deveríamos mudar primeiro?
ask_passive = O que mais melhoraria a sua experiência?
ask_promoter = Que bom saber! O que você mais valoriza?
ask_open = O que você gostaria de nos dizer?
reasons = O que está por trás da sua resposta?
reasons_any = Marque tudo o que se aplica.
as_you_like = Escreva o quanto quiser, até { $most } caracteres.
replaces = Você já deixou um comentário; um novo tomará o lugar dele.
may_contact = Vocês podem entrar em contato comigo sobre a minha resposta.
may_quote = Vocês podem me citar com o meu nome.
send = Enviar
save = Salvar alterações
already = Sua resposta já está registrada. Esta parte é opcional.

## Unsubscribing

unsubscribe = Cancelar inscrição
unsubscribe_ask = Cancelar a inscrição nas pesquisas?
unsubscribe_means = Não pediremos mais a sua opinião, sobre nenhum assunto.
unsubscribed = Sua inscrição foi cancelada.
unsubscribed_means = Não enviaremos mais pesquisas a você. Você pode fechar esta página.

## Where something is wrong

forged_title = Este link não funciona
forged = Ele pode ter sido cortado no caminho. Abra-o novamente a partir do e-mail.
expired_title = Este link expirou
expired = Ele veio em um e-mail enviado há meio ano ou mais. Você não precisa fazer nada.
gone_title = Esta pesquisa terminou
gone = Os dados dela foram excluídos. Você não precisa fazer nada.
later_title = Tente novamente em instantes
later = Não conseguimos mostrar esta página agora. Seu link continua funcionando: recarregue a página em alguns segundos.
unreadable_title = Não conseguimos ler o que foi enviado
unreadable = Volte e tente novamente. Um comentário pode ter até { $most } caracteres.
choose_number = Escolha um número de 0 a 10.
too_long = Seu comentário tem { PLURAL($typed) ->
    [one] { $typed } caractere
    [many] { $typed } de caracteres
   *[other] { $typed } caracteres
}, e o máximo é { $most }. Por favor, encurte-o.
too_often = Sua resposta foi mudada tantas vezes que agora fica como está.
not_saved = Não conseguimos salvar agora. O que você digitou continua aqui: pressione o botão novamente.
not_unsubscribed = Não conseguimos fazer isso agora. Pressione o botão novamente.
language_menu = Idioma
