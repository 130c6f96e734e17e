//! Sweeps: what brings back everything that was lost elsewhere, and what nothing but the time of day calls for.

use serde_json::{Value, json};

use crate::{Complaints, Template, finds, obeys};

/// Each sweep reaches its queue as often as was decided.
fn sweeps_come_often_enough(template: &Template) -> Complaints {
    let decided = [
        ("Sweep", json!("rate(1 hour)"), "StepQueue", json!({ "sweep": true })),
        ("DeliverSweep", json!("rate(5 minutes)"), "DeliverQueue", json!({ "sweep": true })),
        ("RecountSweep", json!("rate(15 minutes)"), "RecountQueue", json!({ "sweep": true })),
        ("Reconcile", json!({ "Ref": "ReconcileSchedule" }), "RecountQueue", json!({ "reconcile": true })),
    ];
    let mut complaints = Vec::new();
    for (name, often, queue, message) in decided {
        let sweep = &template.0["Resources"][name]["Properties"];
        let target = &sweep["Target"];
        let comes = sweep["ScheduleExpression"] == often
            && target["Arn"] == json!({ "Fn::GetAtt": [queue, "Arn"] })
            && target["Input"]
                .as_str()
                .is_some_and(|input| serde_json::from_str::<Value>(input).is_ok_and(|input| input == message));
        if !comes {
            complaints.push(format!("{name} does not reach {queue} at {often}"));
        }
        let role = template.statements_of("SchedulesRole");
        let may = json!({ "Fn::GetAtt": [queue, "Arn"] });
        if !role.iter().any(|statement| statement["Resource"].as_array().is_some_and(|all| all.contains(&may))) {
            complaints.push(format!("{name} may not put anything on {queue}"));
        }
    }
    complaints
}

#[test]
fn sweeps_reach_remind_deliver_and_recount() {
    obeys(sweeps_come_often_enough);
}

#[test]
fn a_missing_sweep_is_found() {
    let template = Template::load();
    let rule = sweeps_come_often_enough;
    finds(rule, &template.without("/Resources/Sweep"), "Sweep does not reach StepQueue");
    finds(rule, &template.without("/Resources/DeliverSweep"), "DeliverSweep does not reach DeliverQueue");
    finds(rule, &template.without("/Resources/Reconcile"), "Reconcile does not reach RecountQueue");
    let statement = "/Resources/SchedulesRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource";
    finds(rule, &template.with(statement, json!([])), "may not put anything on StepQueue");
}
