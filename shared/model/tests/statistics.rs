//! The statistics against published examples and an independent implementation: `statistics.json` was made by
//! `statistics.py` with NumPy, SciPy and statsmodels, whose versions it names.

#![expect(clippy::unwrap_used, reason = "a test that fails may simply stop")]

use model::numbers::{
    Answered, Counts, Shrunk, always_valid, difference, holm, if_silent_were_late, needed, random_effects, share,
    shrink,
};
use serde_json::Value;

fn figures() -> Value {
    serde_json::from_str(include_str!("statistics.json")).unwrap()
}

fn all<'a>(figures: &'a Value, name: &str) -> &'a [Value] {
    let all = figures[name].as_array().unwrap();
    assert!(!all.is_empty());
    all
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Promoters, passives and detractors, wherever within their groups.
fn counts(value: &Value) -> Counts {
    let [promoters, passives, detractors] = value.as_array().unwrap().as_slice() else { panic!("{value}") };
    let n = |value: &Value| value.as_u64().unwrap();
    Counts::new([n(detractors), 0, 0, 0, 0, 0, 0, n(passives), 0, 0, n(promoters)])
}

#[track_caller]
fn near(ours: f64, theirs: f64, within: f64) {
    assert!((ours - theirs).abs() <= within * theirs.abs().max(1.0), "{ours} and not {theirs}");
}

#[test]
fn intervals_agree() {
    for case in all(&figures(), "intervals") {
        let interval = counts(&case["counts"]).interval().unwrap();
        let theirs = floats(&case["interval"]);
        assert!(
            (interval.low - theirs[0]).abs() < 0.005_001 && (interval.high - theirs[1]).abs() < 0.005_001,
            "{case}"
        );
    }
}

#[test]
fn differences_agree() {
    for case in all(&figures(), "differences") {
        let apart = difference(&counts(&case["one"]), &counts(&case["other"])).unwrap();
        near(apart.points, case["points"].as_f64().unwrap(), 1e-9);
        near(apart.z, case["z"].as_f64().unwrap(), 1e-9);
        let p = case["p"].as_f64().unwrap();
        assert!((apart.p - p).abs() <= 1e-8 * p, "{} and not {p}", apart.p);
    }
}

#[test]
fn corrections_agree() {
    for case in all(&figures(), "holm") {
        for (ours, theirs) in holm(&floats(&case["p"])).into_iter().zip(floats(&case["corrected"])) {
            near(ours, theirs, 1e-12);
        }
    }
    // The example of the method's own paper: S. Holm, "A simple sequentially rejective multiple test procedure" (1979),
    // tests the smallest of n against alpha / n, the next against alpha / (n - 1), and stops at the first that stands.
    let corrected = holm(&[0.01, 0.02, 0.03, 0.04, 0.05]);
    let rejected: Vec<_> = corrected.into_iter().map(|p| p <= 0.05).collect();
    assert_eq!(rejected, [true, false, false, false, false]);
}

#[test]
fn the_answers_it_takes_agree() {
    for case in all(&figures(), "needed") {
        let n = needed(&counts(&case["counts"]), case["precision"].as_f64().unwrap());
        assert_eq!(n, case["n"].as_u64().unwrap(), "{case}");
    }
}

#[test]
fn the_answers_it_takes_make_the_interval_that_narrow() {
    // 30/52/18: the spread is 0.467, so that 5 points take about 1.96² · 0.47 / 0.05² answers.
    let counts = counts(&serde_json::json!([30, 52, 18]));
    assert_eq!(needed(&counts, 5.0), 715);
    let reach = |n: u64| {
        let times = |share: u64| share * n / 100;
        let counts = Counts::new([times(18), 0, 0, 0, 0, 0, 0, times(52), 0, 0, times(30)]);
        let interval = counts.interval().unwrap();
        (interval.high - interval.low) / 2.0
    };
    assert!(reach(800) < 5.0 && reach(600) > 5.0);
    assert_eq!(needed(&counts, 13.2), 100, "what the interval reaches now is reached now");
    assert!(needed(&Counts::default(), 10.0) > 100, "nothing is known of nobody");
}

/// The 13 trials of the BCG vaccine (G. A. Colditz and others, JAMA 271 (1994), 698-702) as they stand in every textbook
/// of meta-analysis, by log risk ratio: W. Viechtbauer, "Conducting Meta-Analyses in R with the metafor Package", Journal
/// of Statistical Software 36 (2010), gives tau² 0.3088, estimate -0.7141, standard error 0.1787 for DerSimonian and Laird.
#[test]
fn the_spread_between_groups_is_estimated_as_published() {
    let figures = figures();
    let bcg = &figures["bcg"];
    let estimates: Vec<_> =
        all(bcg, "estimates").iter().map(|pair| (pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap())).collect();
    let pooled = random_effects(&estimates).unwrap();
    assert_eq!(format!("{:.4} {:.4} {:.4}", pooled.between, pooled.mean, pooled.error), "0.3088 -0.7141 0.1787");
    near(pooled.between, bcg["between"].as_f64().unwrap(), 1e-12);
    assert_eq!(random_effects(&[]), None);
}

#[test]
fn shrunk_scores_agree() {
    for case in all(&figures(), "shrunk") {
        let groups: Vec<_> = all(case, "groups").iter().map(counts).collect();
        let (prior, shrunk) = shrink(&groups);
        let prior = prior.unwrap();
        near(prior.mean, case["mean"].as_f64().unwrap(), 1e-9);
        assert_eq!(prior.weight.is_some(), !case["weight"].is_null());
        if let Some(weight) = prior.weight {
            near(weight, case["weight"].as_f64().unwrap(), 1e-9);
        }
        for (ours, theirs) in shrunk.into_iter().zip(all(case, "shrunk")) {
            let (ours, theirs) = (ours.unwrap(), floats(theirs));
            near(ours.score, theirs[0], 1e-9);
            near(ours.low, theirs[1], 1e-9);
            near(ours.high, theirs[2], 1e-9);
        }
    }
}

#[test]
fn shares_agree() {
    for case in all(&figures(), "shares") {
        let n = |name: &str| case[name].as_u64().unwrap();
        let found = share(n("part"), n("whole")).unwrap();
        for (ours, theirs) in [(found.share, "share"), (found.low, "low"), (found.high, "high")] {
            assert!((ours - case[theirs].as_f64().unwrap()).abs() < 0.000_050_001, "{found:?} and not {case}");
        }
    }
}

#[test]
fn what_the_silent_may_think_agrees() {
    for case in all(&figures(), "silent") {
        let (early, late) = (counts(&case["early"]), counts(&case["late"]));
        let found = if_silent_were_late(&early, &late, case["rate"].as_f64().unwrap()).unwrap();
        near(found.score, case["score"].as_f64().unwrap(), 1e-9);
        let theirs = floats(&case["interval"]);
        let ours = [found.interval.low, found.interval.high];
        assert!(ours.iter().zip(theirs).all(|(ours, theirs)| (ours - theirs).abs() < 0.005_001), "{found:?} {case}");
    }
    assert_eq!(if_silent_were_late(&counts(&serde_json::json!([1, 1, 1])), &Counts::default(), 0.5), None);
}

#[test]
fn tests_that_may_be_looked_at_at_any_time_agree() {
    let answered = |pair: &Value| Answered { of: pair[0].as_u64().unwrap(), answered: pair[1].as_u64().unwrap() };
    for case in all(&figures(), "always_valid") {
        let p = case["p"].as_f64().unwrap();
        let ours = always_valid(answered(&case["one"]), answered(&case["other"]));
        assert!((ours - p).abs() <= 1e-8 * p, "{ours} and not {case}");
    }
}

#[test]
fn few_answers_of_ten_do_not_lead() {
    let board: Vec<Counts> = [[6, 0, 0], [540, 30, 30], [480, 60, 60], [450, 70, 80], [500, 50, 50]]
        .iter()
        .map(|group| counts(&serde_json::json!(group)))
        .collect();
    let (prior, shrunk) = shrink(&board);
    let shrunk: Vec<Shrunk> = shrunk.into_iter().map(Option::unwrap).collect();
    assert!(shrunk[0].score < shrunk[1].score && shrunk[0].score < 100.0, "{shrunk:?}");
    assert!(shrunk[0].high - shrunk[0].low > 3.0 * (shrunk[1].high - shrunk[1].low));
    assert!(prior.unwrap().weight.unwrap() > 1.0);
    let (none, guesses) = shrink(&[Counts::default(), Counts::default()]);
    assert_eq!((none, guesses), (None, vec![None, None]));
}
