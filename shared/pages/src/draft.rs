//! The pages of a campaign that nobody has put yet.

use model::sample::Shown;
use model::{Campaign, Group, Language};

use crate::{Ask, Brand, Page, Thanks, Unsubscribe, framed_by_ours};

/// The page of a campaign that nobody has put yet. There is no link behind it, so nothing on it leads anywhere.
///
/// # Errors
/// When the template does.
pub fn draft(
    campaign: &Campaign,
    shown: Shown,
    group: Option<Group>,
    language: Language,
) -> Result<Page, askama::Error> {
    let brand = Brand::of(campaign, language);
    let page = match shown {
        Shown::Ask => Page::of(&Ask::new(&brand, "", group.map(Group::example))),
        Shown::Thanks => Page::of(&Thanks::new(&brand, "", group.map(Group::example))),
        Shown::Unsubscribe => Page::of(&Unsubscribe::new(&brand, "", false)),
    }?;
    let policy = framed_by_ours(&page.policy).replace("form-action 'self'", "form-action 'none'");
    Ok(Page { policy: format!("{policy}; sandbox"), ..page })
}
