//! Every message, as a function of what it needs.

use fluent_bundle::FluentArgs;

use crate::bundles::say;
use crate::{Form, Words};

/// Makes a function of each message, and the list by which the files are checked.
macro_rules! messages {
    ($($(#[$doc:meta])+ $name:ident($($arg:ident: $kind:ident),*);)+) => {
        impl<F: Form> Words<F> {
            $(
                $(#[$doc])+
                pub fn $name(&self, $($arg: kind!($kind)),*) -> F::Said {
                    messages!(@say self $name $($arg $kind)*)
                }
            )+
        }

        /// Every message, with its variables.
        pub const MESSAGES: &[(&str, &[&str])] = &[$((stringify!($name), &[$(stringify!($arg)),*])),+];
    };
    (@say $self:ident $name:ident) => {
        F::said(say($self.language, stringify!($name), None))
    };
    (@say $self:ident $name:ident $($arg:ident $kind:ident)+) => {{
        let mut args = FluentArgs::with_capacity(2);
        $(args.set(stringify!($arg), value!($kind $arg));)+
        F::said(say($self.language, stringify!($name), Some(&args)))
    }};
}

/// What a variable is taken as: a name, or a number of things.
macro_rules! kind {
    (name) => {
        &str
    };
    (count) => {
        usize
    };
}

macro_rules! value {
    (name $arg:ident) => {
        F::theirs($arg)
    };
    (count $arg:ident) => {
        $arg
    };
}

messages! {
    /// The question of the measure.
    question(company: name);
    /// The same where nobody knows who asks.
    question_us();
    /// What 0 means.
    low();
    /// What 10 means.
    high();
    /// A step of the scale for a screen reader.
    step(score: count);
    /// The first line of a letter to somebody without a name.
    hello();
    /// The first line of a letter.
    hello_name(name: name);
    /// The subject of the first ask.
    invite_subject(company: name);
    /// The subject of the first ask where the record has a name.
    invite_subject_about(subject: name);
    /// The subject of the reminder.
    remind_subject(company: name);
    /// The subject of the reminder where the record has a name.
    remind_subject_about(subject: name);
    /// What mail programs show beside the subject, after the question.
    preheader();
    /// Why we ask.
    invite();
    /// Why we ask, where the record has a name.
    invite_about(subject: name);
    /// Why we ask again.
    remind();
    /// Why we ask again, where the record has a name.
    remind_about(subject: name);
    /// What becomes of a click.
    choose();
    /// The same where the page may save by itself.
    choose_page();
    /// That a reply will do as well.
    or_reply();
    /// To those who clicked and did not confirm.
    pressed();
    /// The line before the signature.
    regards();
    /// That no more mails come.
    only_reminder();
    /// For those whose mail program breaks links.
    numbers_fail();
    /// The link for them.
    on_the_page();
    /// For those who want no mail.
    rather_not();
    /// The link for them.
    unsubscribe_from(company: name);
    /// The first ask by text message, before the link.
    sms(company: name);
    /// The reminder by text message, before the link.
    sms_remind(company: name);
    /// How to opt out, after the link.
    sms_stop();
    /// The subject of thanks.
    thanks_subject(company: name);
    /// The button that leads to where reviews are written.
    review();
    /// Why they get thanks.
    thanks_why();
    /// The title of the page, and what stands beside a score that was given.
    your_answer();
    /// Before the title where something is wrong.
    please_check();
    /// The button that records the score.
    confirm();
    /// That a click on a link was no answer yet.
    not_yet();
    /// The same where the page may save by itself.
    saves_itself();
    /// That it did.
    saved_itself();
    /// That it could not.
    not_saved_itself();
    /// Above a comment that is shown again.
    your_comment();
    /// The title after an answer.
    thank_you();
    /// Thanks for the score.
    thanks_answer();
    /// Thanks for the comment.
    thanks_comment();
    /// Thanks for what came without a comment.
    thanks_saved();
    /// The link beside the score that was given.
    change();
    /// What detractors are asked.
    ask_detractor();
    /// What passives are asked.
    ask_passive();
    /// What promoters are asked.
    ask_promoter();
    /// What is asked where the score is not known.
    ask_open();
    /// Above the reasons that can be ticked.
    reasons();
    /// That there may be several.
    reasons_any();
    /// How long a comment may be.
    as_you_like(most: count);
    /// That there is a comment already.
    replaces();
    /// The tick.
    may_contact();
    /// The tick that lets the company quote.
    may_quote();
    /// The button that sends a comment.
    send();
    /// The button that sends it again.
    save();
    /// That the score is safe.
    already();
    /// The button that unsubscribes, and the title of its page.
    unsubscribe();
    /// Whether they mean it.
    unsubscribe_ask();
    /// What it means.
    unsubscribe_means();
    /// That it is done.
    unsubscribed();
    /// What that means.
    unsubscribed_means();
    /// A link we did not make.
    forged_title();
    /// What to do about it.
    forged();
    /// A link whose time is over.
    expired_title();
    /// What to do about it.
    expired();
    /// A survey that was erased.
    gone_title();
    /// What to do about it.
    gone();
    /// We cannot read.
    later_title();
    /// What to do about it.
    later();
    /// What was sent is nothing we know.
    unreadable_title();
    /// What to do about it.
    unreadable(most: count);
    /// No score was chosen.
    choose_number();
    /// The comment does not fit.
    too_long(typed: count, most: count);
    /// The score was changed too often.
    too_often();
    /// Nothing could be saved.
    not_saved();
    /// They are not unsubscribed yet.
    not_unsubscribed();
    /// The name of the list of languages.
    language_menu();
}
