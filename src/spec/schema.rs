use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::model::Document;

/// The JSON Schema (draft 2020-12) of a spec, with the descriptions of the doc comments.
pub fn json_schema() -> Value {
    let mut schema =
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Document>().to_value();
    describe_variants(&mut schema);
    let overlay = overlay_schema(&schema);
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.insert("OverlaySpec".to_owned(), overlay);
    }
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "A jobnet spec".into());
    }
    schema
}

/// A variant that is told by its one key has the description, and an editor shows the key's: it is given to both.
fn describe_variants(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let description = map.get("description").cloned();
            if let (Some(description), Some(properties)) =
                (description, map.get_mut("properties").and_then(Value::as_object_mut))
                && properties.len() == 1
            {
                for property in properties.values_mut().filter_map(Value::as_object_mut) {
                    property.entry("description").or_insert_with(|| description.clone());
                }
            }
            map.values_mut().for_each(describe_variants);
        }
        Value::Array(items) => items.iter_mut().for_each(describe_variants),
        _ => {}
    }
}

/// An environment has the shape of the file, with nothing required at any depth, and keys of its own: all of it is
/// inlined, because a reference would bring the requirements back.
fn overlay_schema(document: &Value) -> Value {
    let mut properties = document["properties"].as_object().cloned().unwrap_or_default();
    for fixed in ["jobnet", "name", "environments", "targets"] {
        properties.remove(fixed);
    }
    let own = document["$defs"]["OverlaySpec"]["properties"].as_object().cloned();
    properties.extend(own.unwrap_or_default());
    let mut overlay = Map::new();
    overlay.insert(
        "description".to_owned(),
        "What an environment changes, since what it names replaces the same key above, and what it alone has.".into(),
    );
    overlay.insert("type".to_owned(), Value::Array(vec!["object".into(), "null".into()]));
    overlay.insert("additionalProperties".to_owned(), false.into());
    overlay.insert("properties".to_owned(), loosened(&Value::Object(properties), document));
    Value::Object(overlay)
}

fn loosened(schema: &Value, document: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            if let Some(definition) =
                map.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"))
            {
                let mut inlined = loosened(&document["$defs"][definition], document);
                if let (Some(inlined), Some(description)) = (inlined.as_object_mut(), map.get("description"))
                {
                    inlined.insert("description".to_owned(), description.clone());
                }
                return inlined;
            }
            let loose = map.iter().filter(|(key, value)| !(key.as_str() == "required" && value.is_array()));
            Value::Object(loose.map(|(key, value)| (key.clone(), loosened(value, document))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| loosened(item, document)).collect()),
        other => other.clone(),
    }
}
