//! Numbers in expressions: as jq 1.8 has them.

use jobnet::expr::{Bindings, Filter, Scope, Value, parse_json};

/// The text of the first output.
fn jq(filter: &str, input: &str) -> String {
    let filter = Filter::compile(filter, &Scope::default()).unwrap();
    let input = parse_json(input.as_bytes(), None).unwrap();
    let bindings = Bindings::new(Value::Null, Value::Null);
    match filter.only(input, &bindings) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_number_that_nothing_touched_keeps_its_digits() {
    for (filter, input, output) in [
        (".", "12345678901234567890123", "12345678901234567890123"),
        ("tojson", "[1.10,100000000000000000000.01]", "\"[1.10,100000000000000000000.01]\""),
        ("tostring", "9007199254740993", "\"9007199254740993\""),
        ("\"\\(.)\"", "1.000", "\"1.000\""),
        ("@text", "-0.0", "\"-0.0\""),
        ("[., 1]", "1e1000", "[1E+1000,1]"),
        ("map(.)", "[1e2,0.0000001]", "[1E+2,1E-7]"),
        ("-.", "12345678901234567890123", "-12345678901234567890123"),
        ("-(-.)", "-9223372036854775808", "-9223372036854775808"),
        ("-.", "-0", "0"),
        ("1.10", "null", "1.10"),
        ("tonumber", "\"12345678901234567890123\"", "12345678901234567890123"),
        ("tonumber", "\"+01.50\"", "1.50"),
        (". // 0", "1.10", "1.10"),
        ("first(.[])", "[1.10]", "1.10"),
        ("fromjson", "\"[1.10]\"", "[1.10]"),
        ("{a: .}", "1.10", "{\"a\":1.10}"),
        (". + null", "1.10", "1.10"),
    ] {
        assert_eq!(jq(filter, input), output, "{filter} on {input}");
    }
}

#[test]
fn arithmetic_is_of_doubles() {
    for (filter, input, output) in [
        (". + 0", "9007199254740993", "9007199254740992"),
        (". * 1", "100000000000000000000.01", "1e+20"),
        (". + 0", "123456789012345678", "123456789012345680"),
        (". / 2", "4", "2"),
        (". - 1", "1", "0"),
        (". + 0", "1e1000", "1.7976931348623157e+308"),
        (". * 1", "0.1e-400", "0"),
        (". * 1", "0.00001", "1e-05"),
        (". + 0.2", "0.1", "0.30000000000000004"),
        ("5.9 % 2.9", "null", "1"),
        ("-5 % 3", "null", "-2"),
        ("1e19 % 7", "null", "0"),
        ("-(. - 1)", "1", "-0"),
        ("floor", "9007199254740993", "9007199254740992"),
        ("nan", "null", "null"),
        ("[infinite]", "null", "[1.7976931348623157e+308]"),
        ("length", "-1.10", "1.10"),
    ] {
        assert_eq!(jq(filter, input), output, "{filter} on {input}");
    }
    assert!(
        jq(". / 0", "4").ends_with("number (4) and number (0) cannot be divided because the divisor is zero")
    );
    assert!(jq(". % 0.5", "4").ends_with("cannot be divided (remainder) because the divisor is zero"));
}

#[test]
fn numbers_that_were_read_are_compared_digit_for_digit() {
    for (filter, input, output) in [
        (
            "unique",
            "[36893488147419103234,36893488147419103233,36893488147419103233]",
            "[36893488147419103233,36893488147419103234]",
        ),
        ("group_by(.) | length", "[9007199254740993,9007199254740992,9007199254740993.0]", "2"),
        (".[0] == .[1]", "[9007199254740993,9007199254740992]", "false"),
        (".[0] < .[1]", "[1e1000,1e1001]", "true"),
        (".[0] == 1", "[1.000000000000000000000000001]", "false"),
        (".[0] == .[1]", "[1.0,1.00]", "true"),
        // Of a result of arithmetic nobody knows more digits than a double has.
        (".[0] == .[1] + 0", "[9007199254740993,9007199254740992]", "true"),
        ("[nan < nan, nan == nan, (nan > nan)]", "null", "[true,false,false]"),
        ("[nan, 1, nan] | sort", "null", "[null,null,1]"),
        ("unique", "[1.10,1.1,1.100]", "[1.10]"),
        ("[3, 1] - [1.0]", "null", "[3]"),
        ("index(1.0)", "[0,1]", "1"),
    ] {
        assert_eq!(jq(filter, input), output, "{filter} on {input}");
    }
}

#[test]
fn null_grows_by_assignment_and_indices_are_cut() {
    for (filter, input, output) in [
        (".a.b = 1", "null", "{\"a\":{\"b\":1}}"),
        (".a.b = 1", "{\"a\":null}", "{\"a\":{\"b\":1}}"),
        (".[2] = 1", "[0]", "[0,null,1]"),
        (".[1:2] = [9,9]", "[0,1,2]", "[0,9,9,2]"),
        ("[.[1.7], .[-1.5], .[nan], .[5]]", "[0,1,2]", "[1,2,null,null]"),
        (".[0.5:1.5]", "[0,1,2]", "[0,1]"),
        (".[1:2]", "\"aéb\"", "\"é\""),
        ("map_values(empty)", "[1,2,3]", "[]"),
        (".[0] |= empty", "[1,2,3]", "[2,3]"),
        (".a? = 1", "[1]", "[1]"),
    ] {
        assert_eq!(jq(filter, input), output, "{filter} on {input}");
    }
    assert!(jq(".[-5] = 1", "[0]").ends_with("Out of bounds negative array index"));
    assert!(jq(".[1e10] = 1", "null").ends_with("Array index too large"));
    assert!(jq("1 as $key | {($key): 2}", "null").contains("key"));
}

#[test]
fn a_message_shows_the_beginning_of_a_value() {
    for (filter, message) in [
        ("{} - 1", "object ({}) and number (1) cannot be subtracted"),
        (
            "[1,2,3,4,5,6,7,8,9,10,11,12,13] + 1",
            "array ([1,2,3,4,5,6,7,8,9,10,11,...]) and number (1) cannot be added",
        ),
        ("\"ééééééééééééééééééé\" - 1", "string (\"éééééééééééé...\") and number (1) cannot be subtracted"),
        ("[1] | .a", "Cannot index array with string (\"a\")"),
        ("1 | .[]", "Cannot iterate over number (1)"),
    ] {
        assert_eq!(jq(&format!("try ({filter}) catch ."), "null"), format!("{message:?}"));
    }
}
