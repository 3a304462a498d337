//! Profiles resolved from real layers, and sessions made of them.

use super::{Class, Layer, Profile, Value, configuration_layers};

fn argument(text: &str) -> Layer {
    Layer::from_json("argument", text).unwrap()
}

fn error_of(layers: &[Layer]) -> String {
    Profile::resolve(layers).unwrap_err().to_string()
}

#[test]
fn the_strongest_layer_wins_and_is_named() {
    let environment = Layer::from_environment([
        ("CODEANATOMY_EXECUTION_BATCH_SIZE", "1024"),
        ("CODEANATOMY_EXECUTION_MEMORY_LIMIT", "1 GiB"),
        ("CODEANATOMY_DEBUG", "1"),
        ("PATH", "/bin"),
    ])
    .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("a/b");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(
        directory.path().join("codeanatomy.toml"),
        "profile = 'medium'\n[execution]\nbatch_size = 2048\nmemory_limit = '2GB'\nspill_limit = 1000\n",
    )
    .unwrap();
    std::fs::write(
        inner.join("pyproject.toml"),
        "[project]\nname = 'x'\n[tool.codeanatomy]\nprofile = 'large'\nfunctions.utf8_normalize_form = 'nfd'\nexecution.spill_limit = 7\n",
    )
    .unwrap();
    let mut layers = vec![
        argument(r#"{"execution": {"batch_size": 512, "memory_limit": null}}"#),
        environment,
    ];
    layers.extend(configuration_layers(&inner).unwrap());
    let profile = Profile::resolve(&layers).unwrap();
    assert_eq!(profile.class, Class::Medium);
    let found = |key: &str| {
        let setting = &profile.settings[key];
        let value = setting.value.as_ref().map(ToString::to_string);
        let origin = setting.origin.rsplit('/').next().unwrap();
        (value.unwrap_or_default(), origin.to_owned())
    };
    for (key, value, origin) in [
        ("execution.batch_size", "512", "argument"),
        (
            "execution.memory_limit",
            "1073741824",
            "CODEANATOMY_EXECUTION_MEMORY_LIMIT",
        ),
        ("execution.spill_limit", "1000", "codeanatomy.toml"),
        ("execution.target_partitions", "8", "class medium"),
        ("functions.utf8_normalize_form", "NFD", "pyproject.toml"),
        ("functions.span_default_line_base", "0", "default"),
        ("async.enabled", "false", "default"),
        ("async.timeout_ms", "", "default"),
    ] {
        assert_eq!(found(key), (value.to_owned(), origin.to_owned()), "{key}");
    }
}

#[test]
fn what_is_not_valid_is_refused_with_its_place_and_what_would_be() {
    for (text, expected) in [
        (
            r#"{"execution": {"batchsize": 1}}"#,
            "did you mean 'execution.batch_size'?",
        ),
        (
            r#"{"execution": {"batch_size": 0}}"#,
            "execution.batch_size is 0; it takes a number of at least 1",
        ),
        (
            r#"{"execution": {"memory_limit": "2 gallons"}}"#,
            "is '2 gallons'; it takes a number of bytes, a size like 512MiB",
        ),
        (
            r#"{"profile": "huge"}"#,
            "profile is 'huge'; it takes one of small, medium, large, machine",
        ),
        (
            r#"{"async": {"enabled": "maybe"}}"#,
            "it takes true or false",
        ),
        (
            r#"{"execution": {"spill_directory": ["a"]}}"#,
            "a value of the kind list",
        ),
        (
            r#"{"expr_planner_names": ["codeanatomy_domian", "json"]}"#,
            "Unsupported ExprPlanner names: 'codeanatomy_domian', 'json'. There are: 'codeanatomy_domain'; did you mean 'codeanatomy_domain'?",
        ),
        (
            r#"{"expr_planner_names": true}"#,
            "expr_planner_names is true; it takes a list, which may be empty, of codeanatomy_domain",
        ),
        (
            r#"{"functions": {"map_normalize_key_case": "title"}}"#,
            "one of lower, upper, none",
        ),
        (
            r#"{"datafusion": {"execution.batchsize": 1}}"#,
            "did you mean 'datafusion.execution.batch_size'?",
        ),
        (
            r#"{"datafusion": {"execution.batch_size": "many"}}"#,
            "which DataFusion does not accept",
        ),
    ] {
        let message = error_of(&[argument(text)]);
        assert!(
            message.contains(expected) && message.contains("argument: "),
            "{text}: {message}"
        );
    }
    let error = Layer::from_environment([("CODEANATOMY_EXECUTION_BATCH", "1")]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("did you mean CODEANATOMY_EXECUTION_BATCH_SIZE?"),
        "{error}"
    );
    assert!(Layer::from_json("argument", "[]").is_err());
    assert!(Layer::from_json("argument", "{").is_err());
    let error = Layer::from_toml("x.toml", "a = = 1", &[]).unwrap_err();
    assert!(error.to_string().contains("x.toml"), "{error}");
    assert!(Layer::from_toml("x.toml", "tool.codeanatomy = 1", &["tool", "codeanatomy"]).is_err());
}

#[test]
fn scan_policies_are_declared_by_layers_and_chosen_by_name() {
    let file = Layer::from_toml(
        "x.toml",
        "tool.x.scan_policy = 'remote'\n[tool.x.scan_policies]\nremote.listing.meta_fetch_concurrency = 4\nlocal = {}\n",
        &["tool", "x"],
    )
    .unwrap();
    let stated =
        argument(r#"{"scan_policies": {"remote": {"listing": {"list_files_cache_ttl": null}}}}"#);
    let weak = Profile::resolve(std::slice::from_ref(&file)).unwrap();
    let strong = Profile::resolve(&[stated, file.clone()]).unwrap();
    assert_eq!(weak.scan_policies.len(), 2);
    assert_eq!(weak.scan_policies["remote"].origin, "x.toml");
    assert_eq!(strong.scan_policies["remote"].origin, "argument");
    for (profile, expected) in [
        (&weak, r#"{"listing":{"meta_fetch_concurrency":4}}"#),
        (&strong, r#"{"listing":{"list_files_cache_ttl":null}}"#),
    ] {
        let chosen = profile.scan_policy().unwrap();
        assert_eq!(chosen.name, "remote");
        assert_eq!(serde_json::to_string(&chosen.policy).unwrap(), expected);
        let context = crate::new_session(profile).unwrap();
        let of_session = super::session_scan_policy(&context.state()).unwrap();
        assert_eq!(*of_session, chosen);
    }
    assert_ne!(weak.settings_hash, strong.settings_hash);
    assert_ne!(weak.profile_hash, strong.profile_hash);

    // What a policy is called is no matter to what sessions answer, and one that states nothing is as none.
    let none = Profile::resolve(&[]).unwrap();
    assert_eq!(none.scan_policy(), None);
    let empty = Profile::resolve(&[argument(r#"{"scan_policy": "local"}"#), file]).unwrap();
    assert_eq!(empty.settings_hash, none.settings_hash);
    assert_ne!(empty.profile_hash, none.profile_hash);
    let renamed = Layer::from_toml(
        "y.toml",
        "scan_policy = 'x'\nscan_policies.x.listing.meta_fetch_concurrency = 4\n",
        &[],
    )
    .unwrap();
    let renamed = Profile::resolve(&[renamed]).unwrap();
    assert_eq!(renamed.settings_hash, weak.settings_hash);

    for text in [
        "scan_policies = 1",
        "scan_policies.x = [1]",
        "scan_policies.x.listing = 1979-05-27",
        "[[scan_policies]]",
    ] {
        let error = Layer::from_toml("x.toml", text, &[]).unwrap_err();
        assert!(
            error.to_string().contains("x.toml: scan_policies"),
            "{error}"
        );
    }
}

#[test]
fn hashes_depend_on_values_and_neither_on_origins_nor_on_paths() {
    let small = Profile::resolve(&[argument(r#"{"profile": "small"}"#)]).unwrap();
    let stated = argument(
        r#"{"profile": "small", "execution": {"target_partitions": 4, "spill_directory": "/elsewhere"}}"#,
    );
    let same = Profile::resolve(&[stated]).unwrap();
    assert_eq!(
        same.settings["execution.spill_directory"].value,
        Some(Value::Text("/elsewhere".to_owned()))
    );
    assert_eq!(same.profile_hash, small.profile_hash);
    assert_eq!(same.settings_hash, small.settings_hash);
    assert_eq!(small.profile_hash.len(), 32);
    for text in [
        r#"{"profile": "medium"}"#,
        r#"{"profile": "small", "functions": {"utf8_normalize_casefold": false}}"#,
        r#"{"profile": "small", "execution": {"memory_limit": "unlimited"}}"#,
        r#"{"profile": "small", "datafusion": {"optimizer.max_passes": 1}}"#,
    ] {
        let other = Profile::resolve(&[argument(text)]).unwrap();
        assert_ne!(other.profile_hash, small.profile_hash, "{text}");
        assert_ne!(other.settings_hash, small.settings_hash, "{text}");
    }
    // The policy of asynchronous functions is no option of the session.
    let other = Profile::resolve(&[argument(
        r#"{"profile": "small", "async": {"enabled": true, "timeout_ms": 5, "batch_size": 9}}"#,
    )])
    .unwrap();
    assert_ne!(other.profile_hash, small.profile_hash);
    assert_eq!(other.settings_hash, small.settings_hash);
}

#[test]
fn planners_are_named_in_every_layer() {
    let all = Profile::resolve(&[]).unwrap();
    let names = |profile: &Profile| profile.settings["expr_planner_names"].value.clone();
    let domain = Value::Names(vec!["codeanatomy_domain".to_owned()]);
    assert_eq!(names(&all), Some(domain.clone()));
    let variable =
        |value| Layer::from_environment([("CODEANATOMY_EXPR_PLANNER_NAMES", value)]).unwrap();
    for (layer, expected) in [
        (
            argument(r#"{"expr_planner_names": []}"#),
            Value::Names(vec![]),
        ),
        (
            Layer::from_toml("x.toml", "expr_planner_names = ['codeanatomy_domain']", &[]).unwrap(),
            domain.clone(),
        ),
        (variable(""), Value::Names(vec![])),
        (variable(" codeanatomy_domain,codeanatomy_domain "), domain),
    ] {
        let profile = Profile::resolve(&[layer]).unwrap();
        let is_all = expected != Value::Names(vec![]);
        assert_eq!(names(&profile), Some(expected));
        assert_eq!(profile.settings_hash == all.settings_hash, is_all);
        assert_eq!(profile.profile_hash == all.profile_hash, is_all);
        let context = crate::new_session(&profile).unwrap();
        let report = crate::install(&context, &profile.policy().unwrap()).unwrap();
        assert_eq!(report.expr_planners_installed, is_all);
    }
}

#[test]
fn a_session_gets_what_its_profile_says() {
    let layer = argument(
        r#"{"execution": {"target_partitions": 3, "batch_size": 77, "memory_limit": "64MiB"},
            "functions": {"span_default_line_base": 1},
            "datafusion": {"optimizer.enable_join_dynamic_filter_pushdown": true}}"#,
    );
    let profile = Profile::resolve(&[layer]).unwrap();
    let config = profile.session_config().unwrap();
    assert_eq!(config.target_partitions(), 3);
    assert_eq!(config.batch_size(), 77);
    assert!(config.information_schema());
    assert!(
        config
            .options()
            .optimizer
            .enable_join_dynamic_filter_pushdown
    );
    let settings = codeanatomy_functions::FunctionSettings::of(config.options());
    assert_eq!(settings.span_default_line_base, 1);
    let environment = profile.runtime_env().build().unwrap();
    let pool = &environment.memory_pool;
    let consumer = datafusion::execution::memory_pool::MemoryConsumer::new("test");
    let reservation = consumer.register(pool);
    assert!(reservation.try_grow(65 << 20).is_err());
    assert!(reservation.try_grow(1 << 20).is_ok());
}
