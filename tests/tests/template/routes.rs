//! Routes: those of the API are those of the code, and no log holds a path.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{Complaints, Template, finds, folders, literals, obeys, pascal, sources};

/// The routes of a function's routers: `(method, path)` with the names of parameters left out.
fn routes_in(source: &str) -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        let mut depth = 1_u32;
        let end = call.find(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let call = &call[..end.expect("a call has an end")];
        let (path, handlers) = call.split_once(',').expect("a route has a path and handlers");
        let path = path.trim();
        let path = literals(path).next().or_else(|| constant(source, path));
        let path = path.unwrap_or_else(|| panic!("the path of .route({call}) is neither written there nor in ROUTES"));
        for method in ["get", "head", "post", "put", "patch", "delete"] {
            let called = handlers
                .match_indices(&format!("{method}("))
                .any(|(at, _)| !handlers[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'));
            if called {
                routes.insert((method.to_uppercase(), without_names(path)));
            }
        }
    }
    routes
}

/// The path a router took out of its `ROUTES` under this name: `let [name, …] = ROUTES;`.
fn constant<'source>(source: &'source str, name: &str) -> Option<&'source str> {
    let (names, _) = source.split_once("] = ROUTES;")?;
    let (_, names) = names.rsplit_once("let [")?;
    let place = names.split(',').position(|taken| taken.trim() == name)?;
    let (_, paths) = source.split_once("const ROUTES:")?;
    literals(paths).nth(place)
}

/// `/r/{token}` as `/r/{}`: what a parameter is called is nobody's promise.
fn without_names(path: &str) -> String {
    let segment = |segment: &str| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The API's routes are the routers' routes, each with the function that has it. axum answers HEAD wherever it answers
/// GET, so HEAD is the template's choice there.
fn routes_are_the_codes(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for folder in folders() {
        let name = pascal(&folder);
        let target = json!({ "Fn::Sub": format!("integrations/${{{name}Integration}}") });
        let mut found = BTreeSet::new();
        for route in template.of_type("AWS::ApiGatewayV2::Route").values().filter(|route| route["Target"] == target) {
            let key = route["RouteKey"].as_str().unwrap_or_default();
            let (method, path) = key.split_once(' ').unwrap_or_default();
            found.insert((method.to_owned(), without_names(path)));
        }
        let routes = routes_in(&sources(&folder));
        for (method, path) in routes.difference(&found) {
            complaints.push(format!("{name}: {method} {path} is in the code, not in the template"));
        }
        let answered = |(method, path): &&(String, String)| {
            !(method == "HEAD" && routes.contains(&("GET".to_owned(), path.clone())))
        };
        for (method, path) in found.difference(&routes).filter(answered) {
            complaints.push(format!("{name}: {method} {path} is in the template, not in the code"));
        }
        let integration = &template.0["Resources"][format!("{name}Integration")]["Properties"];
        if !found.is_empty() && integration["IntegrationUri"] != json!({ "Fn::GetAtt": [name, "Arn"] }) {
            complaints.push(format!("{name}: its routes lead to another function"));
        }
    }
    complaints
}

/// A path of `/r/…` is the authority to answer: no log of the front door may hold one, nor who called.
fn access_logs_hold_no_path(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, stage) in template.of_type("AWS::ApiGatewayV2::Stage") {
        let format = stage["AccessLogSettings"]["Format"].as_str().unwrap_or_default();
        let logged: BTreeSet<&str> = format.split('"').filter(|word| word.starts_with('$')).collect();
        let harmless = BTreeSet::from([
            "$context.requestId",
            "$context.requestTime",
            "$context.routeKey",
            "$context.status",
            "$context.responseLength",
            "$context.responseLatency",
            "$context.integrationLatency",
        ]);
        if !logged.contains("$context.routeKey") || format.matches('$').count() != logged.len() {
            complaints.push(format!("{name}: access logs do not tell routes"));
        }
        complaints.extend(logged.difference(&harmless).map(|what| format!("{name}: access logs hold {what}")));
        if stage["StageName"] != "$default" {
            complaints.push(format!("{name}: its name would stand before every path"));
        }
    }
    complaints
}

#[test]
fn the_apis_routes_are_the_routers_routes() {
    obeys(routes_are_the_codes);
}

#[test]
fn a_route_on_one_side_only_is_found() {
    let template = Template::load();
    let rule = routes_are_the_codes;
    finds(rule, &template.without("/Resources/IntakePostTriggers"), "not in the template");
    let moved = template.with("/Resources/IntakePostTriggers/Properties/RouteKey", json!("POST /v2/triggers"));
    finds(rule, &moved, "not in the code");
}

#[test]
fn routes_are_read_from_routers() {
    let source = r#"
        pub const ROUTES: [&str; 2] = ["/", "/v1/nps"];
        let [home, nps] = ROUTES;
        Router::new()
            .route(nps, get(nps::nps))
            .route("/r/{token}", get(page).post(respond))
            .route(
                "/v1/keys/{id}",
                delete(revoke_key(target)),
            )
    "#;
    let found = routes_in(source);
    let found: Vec<_> = found.iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(found, ["DELETE /v1/keys/{}", "GET /r/{}", "GET /v1/nps", "POST /r/{}"]);
}

#[test]
fn access_logs_tell_the_route_and_never_the_path() {
    obeys(access_logs_hold_no_path);
}

#[test]
fn an_access_log_with_a_path_is_found() {
    let template = Template::load();
    let format = "/Resources/ApiStage/Properties/AccessLogSettings/Format";
    let path = json!(r#"{"route":"$context.routeKey","path":"$context.path"}"#);
    finds(access_logs_hold_no_path, &template.with(format, path), "$context.path");
    let stage = template.with("/Resources/ApiStage/Properties/StageName", json!("prod"));
    finds(access_logs_hold_no_path, &stage, "before every path");
}

/// A token of a company's issuer is checked before anything of ours runs, and nothing of it is there where no issuer is
/// named: the function believes what stands beside the request.
fn company_accounts_are_checked_first(template: &Template) -> Complaints {
    let mut complaints = Vec::new();
    for (name, route) in template.of_type("AWS::ApiGatewayV2::Route") {
        let checked =
            route["AuthorizationType"] == "JWT" && route["AuthorizerId"] == json!({ "Ref": "CompanyAccounts" });
        let company = route["RouteKey"] == "POST /v1/sign-in/company";
        if company != checked {
            complaints.push(format!("{name}: it is {}checked by the issuer's word", if checked { "" } else { "not " }));
        }
    }
    for name in ["ManagePostCompanySignIn", "CompanyAccounts"] {
        if template.0["Resources"][name]["Condition"] != "HasOidc" {
            complaints.push(format!("{name}: it is there without an issuer"));
        }
    }
    let accounts = &template.0["Resources"]["CompanyAccounts"]["Properties"];
    let expected = json!({ "Issuer": { "Ref": "OidcIssuer" }, "Audience": [{ "Ref": "OidcAudience" }] });
    if accounts["JwtConfiguration"] != expected {
        complaints.push("CompanyAccounts: it believes another issuer, or tokens made for others".to_owned());
    }
    if accounts["IdentitySource"] != json!(["$request.header.Authorization"]) {
        complaints.push("CompanyAccounts: it looks for the token elsewhere".to_owned());
    }
    complaints
}

#[test]
fn a_companys_account_is_checked_before_anything_runs() {
    obeys(company_accounts_are_checked_first);
}

#[test]
fn an_unchecked_account_is_found() {
    let template = Template::load();
    let rule = company_accounts_are_checked_first;
    let route = "/Resources/ManagePostCompanySignIn";
    finds(rule, &template.without(&format!("{route}/Properties/AuthorizerId")), "not checked");
    finds(rule, &template.without(&format!("{route}/Condition")), "without an issuer");
    let audience = "/Resources/CompanyAccounts/Properties/JwtConfiguration/Audience";
    finds(rule, &template.with(audience, json!(["anybody"])), "made for others");
}
