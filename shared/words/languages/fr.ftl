# Français

## The question and its scale

question = Quelle est la probabilité que vous recommandiez { $company } à un ami ou à un collègue ?
question_us = Quelle est la probabilité que vous nous recommandiez à un ami ou à un collègue ?
low = Pas du tout probable
high = Extrêmement probable
step = Note { $score } sur 10

## The letters that ask

hello = Bonjour,
hello_name = Bonjour { $name },
invite_subject = Une question de la part de { $company }
invite_subject_about = Une question à propos de { $subject }
remind_subject = Rappel : une question de la part de { $company }
remind_subject_about = Rappel : une question à propos de { $subject }
preheader = Il suffit de cliquer sur un chiffre de 0 à 10.
invite = Votre avis nous aiderait à progresser. Il n’y a qu’une question et cela prend trente secondes.
invite_about = Votre avis à propos de { $subject } nous aiderait à progresser. Il n’y a qu’une question et cela prend trente secondes.
remind = Nous n’avons pas encore reçu votre réponse, et votre avis nous aiderait. Il n’y a toujours qu’une seule question.
remind_about = Nous n’avons pas encore reçu votre réponse à propos de { $subject }, et votre avis nous aiderait. Il n’y a toujours qu’une seule question.
choose = Choisissez votre note. La page qui s’ouvre vous demande de la confirmer ; rien n’est enregistré avant.
choose_page = Choisissez votre note. La page qui s’ouvre vous demande de la confirmer.
or_reply = Ou répondez simplement à cet e-mail par un chiffre de 0 à 10.
pressed = Si vous l’avez déjà ouverte, merci de vérifier que vous avez bien appuyé sur le bouton.
regards = Merci,
only_reminder = Ceci est l’unique rappel.
numbers_fail = Les chiffres ne fonctionnent pas ?
on_the_page = Répondre sur la page
rather_not = Vous préférez ne plus recevoir ces questions ?
unsubscribe_from = Se désabonner des enquêtes de { $company }

## The text message: short, since it is paid for by the segment, and without the letters that would halve one

sms = { $company } : de 0 à 10, nous recommanderiez-vous ?
sms_remind = { $company }, seul rappel : de 0 à 10, nous recommanderiez-vous ?
sms_stop = Répondez STOP pour ne plus recevoir de SMS.

## The letter that thanks

thanks_subject = Merci de la part de { $company }
review = Rédiger un avis public
thanks_why = Vous recevez ce message parce que vous avez répondu à notre enquête.

## The page

your_answer = Votre réponse
please_check = À vérifier
confirm = Confirmer ma réponse
not_yet = Rien n’est enregistré tant que vous n’avez pas appuyé sur le bouton. Vous pourrez modifier votre réponse plus tard avec le même lien.
saves_itself = Votre réponse est enregistrée lorsque vous appuyez sur le bouton, ou d’elle-même quelques secondes après que vous avez commencé à utiliser cette page. Vous pourrez modifier votre réponse plus tard avec le même lien.
saved_itself = Votre réponse est enregistrée. Appuyez sur le bouton pour la confirmer.
not_saved_itself = Votre réponse n’est pas encore enregistrée. Veuillez appuyer sur le bouton.
your_comment = Votre commentaire
thank_you = Merci
thanks_answer = Merci pour votre réponse.
thanks_comment = Merci, nous avons bien reçu votre commentaire.
thanks_saved = Merci, c’est enregistré.
change = Modifier
ask_detractor = Qu’est-ce qui n’a pas fonctionné pour vous, et que devrions-nous changer en premier ?
ask_passive = Quelle est la chose qui améliorerait le plus votre expérience ?
ask_promoter = Nous en sommes ravis ! Qu’appréciez-vous le plus ?
ask_open = Que souhaitez-vous nous dire ?
reasons = Qu’est-ce qui explique votre réponse ?
reasons_any = Cochez tout ce qui convient.
as_you_like = Écrivez autant que vous le souhaitez, jusqu’à { $most } caractères.
replaces = Vous avez déjà laissé un commentaire ; un nouveau le remplacera.
may_contact = Vous pouvez me contacter au sujet de ma réponse.
may_quote = Vous pouvez me citer, avec mon nom.
send = Envoyer
save = Enregistrer les modifications
already = Votre réponse est déjà enregistrée. Cette partie est facultative.

## Unsubscribing

unsubscribe = Se désabonner
unsubscribe_ask = Se désabonner des enquêtes ?
unsubscribe_means = Nous ne vous demanderons alors plus votre avis, quel que soit le sujet.
unsubscribed = Votre désabonnement est enregistré.
unsubscribed_means = Nous ne vous enverrons plus d’enquêtes. Vous pouvez fermer cette page.

## Where something is wrong

forged_title = Ce lien ne fonctionne pas
forged = Il a peut-être été tronqué en chemin. Veuillez l’ouvrir à nouveau depuis l’e-mail.
expired_title = Ce lien a expiré
expired = Il provient d’un e-mail envoyé il y a six mois ou plus. Vous n’avez rien à faire.
gone_title = Cette enquête est terminée
gone = Les données qui s’y rapportent ont été supprimées. Vous n’avez rien à faire.
later_title = Veuillez réessayer dans un instant
later = Nous ne pouvons pas afficher cette page pour le moment. Votre lien reste valable : rechargez la page dans quelques secondes.
unreadable_title = Nous n’avons pas pu lire cet envoi
unreadable = Veuillez revenir en arrière et réessayer. Un commentaire peut compter jusqu’à { $most } caractères.
choose_number = Veuillez choisir un chiffre de 0 à 10.
too_long = Votre commentaire compte { PLURAL($typed) ->
    [one] { $typed } caractère
    [many] { $typed } de caractères
   *[other] { $typed } caractères
}, pour un maximum de { $most }. Veuillez le raccourcir.
too_often = Votre réponse a été modifiée si souvent qu’elle reste désormais telle quelle.
not_saved = Nous n’avons pas pu enregistrer cela pour le moment. Ce que vous avez saisi est toujours là : veuillez appuyer de nouveau sur le bouton.
not_unsubscribed = Cela n’a pas fonctionné pour le moment. Veuillez appuyer de nouveau sur le bouton.
language_menu = Langue
