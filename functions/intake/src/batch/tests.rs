use std::sync::Mutex;

use serde_json::json;

use super::*;

fn read(email: &str) -> Result<Read, Problem> {
    let body = json!({ "subject_id": "a0X1", "milestone": "renewal", "contact_email": email });
    body::read_fields(Fields::parse(body.to_string().as_bytes())?, |_| false)
}

#[test]
fn rows_of_one_contact_stay_together_and_wrong_ones_stay_out() {
    let rows = [
        read("ada@example.com"),
        read("bob@example.com"),
        read("nobody"),
        read("Ada@Example.com"),
        read("bob@example.com"),
    ];
    assert_eq!(by_contact(&rows), [vec![0, 3], vec![1, 4]]);
}

#[tokio::test]
async fn a_group_goes_in_its_order_and_others_do_not_wait_for_it() {
    let begun = Mutex::new(Vec::new());
    let groups = vec![vec![0, 2, 4], vec![1, 3]];
    let outcomes = carry_out(groups, Duration::from_secs(10), |nth| {
        begun.lock().unwrap().push(nth);
        async move {
            tokio::time::sleep(Duration::from_millis(if nth == 0 { 40 } else { 1 })).await;
            Ok(nth)
        }
    })
    .await;
    assert_eq!(outcomes.len(), 5);
    let begun = begun.into_inner().unwrap();
    assert_eq!(begun[..2], [0, 1], "{begun:?}");
    let even: Vec<usize> = begun.iter().copied().filter(|nth| nth % 2 == 0).collect();
    assert_eq!(even, [0, 2, 4]);
    assert_eq!(begun[2], 3, "the slow one holds up its own group only");
}

#[tokio::test]
async fn only_so_many_are_carried_out_at_a_time() {
    let running = Mutex::new((0_usize, 0_usize));
    let groups = (0..100).map(|nth| vec![nth]).collect();
    let outcomes = carry_out(groups, Duration::from_secs(10), |_| async {
        {
            let mut running = running.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
        running.lock().unwrap().0 -= 1;
        Ok(())
    })
    .await;
    assert_eq!((outcomes.len(), running.into_inner().unwrap().1), (100, AT_ONCE));
}

#[tokio::test]
async fn what_does_not_fit_into_the_time_is_left_and_said() {
    // Nothing is begun when there is no time at all.
    let begun = Mutex::new(0);
    let none = carry_out(vec![vec![0], vec![1]], Duration::ZERO, |_| async {
        *begun.lock().unwrap() += 1;
        Ok(())
    });
    assert!(none.await.is_empty());
    assert_eq!(begun.into_inner().unwrap(), 0);
    // Whoever hangs is not waited for, and what stands behind them is not begun.
    let outcomes: HashMap<usize, Result<usize, Problem>> =
        carry_out(vec![vec![0, 1], vec![2]], Duration::from_millis(50), |nth| async move {
            if nth == 0 {
                std::future::pending::<()>().await;
            }
            assert_ne!(nth, 1);
            Ok(nth)
        })
        .await;
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), [&2]);
}

#[test]
fn a_body_is_an_array_or_an_object_around_it() {
    for body in [&b"[{\"a\":1},2]"[..], b"{\"triggers\":[{\"a\":1},2]}"] {
        let rows = list(body).unwrap();
        assert!(rows[0].is_ok());
        assert_eq!(rows[1].as_ref().unwrap_err().kind(), Kind::Malformed);
    }
    for (body, kind) in [
        (&b"7"[..], Kind::Malformed),
        (b"[", Kind::Malformed),
        (b"{}", Kind::Invalid),
        (b"{\"triggers\":{}}", Kind::Invalid),
        (b"{\"triggers\":[],\"dry_run\":true}", Kind::Invalid),
    ] {
        assert_eq!(list(body).unwrap_err().kind(), kind);
    }
}
