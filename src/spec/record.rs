/// Declares a mapping of the spec once: the struct, its JSON Schema (with the doc comments as descriptions) and how it
/// is read, with unknown, duplicate and missing keys reported.
///
/// A field's name is its key; `r#as` is the key `as`. Optional fields are `Option`s: no default is applied here.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $name:ident is $owner:literal
        $(required { $( $(#[$required_meta:meta])* $required:ident : $required_type:ty ),* $(,)? })?
        $(optional { $( $(#[$optional_meta:meta])* $optional:ident : $optional_type:ty ),* $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name {
            $($( $(#[$required_meta])* pub $required: $required_type, )*)?
            $($( $(#[$optional_meta])* pub $optional: Option<$optional_type>, )*)?
            /// Where it stands.
            #[schemars(skip)]
            pub span: crate::diag::Span,
            /// The keys whose values could not be read, which is reported already.
            #[schemars(skip)]
            pub unread: Vec<&'static str>,
        }

        impl $crate::spec::reader::Read for $name {
            const EXPECTED: &'static str = concat!($owner, " (a mapping)");

            fn read(
                node: &$crate::spec::node::Node,
                reader: &mut $crate::spec::reader::Reader<'_>,
            ) -> Option<Self> {
                let mut fields = $crate::spec::reader::Fields::of(node, $owner, Self::EXPECTED, reader)?;
                $($( let $required = fields.required(stringify!($required).trim_start_matches("r#"), reader); )*)?
                $($( let $optional = fields.optional(stringify!($optional).trim_start_matches("r#"), reader); )*)?
                let span = fields.span();
                let unread = fields.finish(reader);
                Some(Self {
                    $($( $required: $required?, )*)?
                    $($( $optional, )*)?
                    span,
                    unread,
                })
            }
        }
    };
}

/// Declares a set of words of the spec: the enum, its JSON Schema and how it is read.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident is $expected:literal { $( $(#[$word_meta:meta])* $word:literal => $variant:ident ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, schemars::JsonSchema)]
        pub enum $name {
            $( $(#[$word_meta])* #[schemars(rename = $word)] $variant ),*
        }

        impl $crate::spec::reader::Read for $name {
            const EXPECTED: &'static str = $expected;

            fn read(
                node: &$crate::spec::node::Node,
                reader: &mut $crate::spec::reader::Reader<'_>,
            ) -> Option<Self> {
                match &node.value {
                    $( $crate::spec::node::NodeValue::Text(text) if text == $word => Some(Self::$variant), )*
                    $crate::spec::node::NodeValue::Text(text) => {
                        let problem = $crate::spec::Problem::UnknownWord {
                            found: text.clone(),
                            expected: $expected,
                            known: vec![$( $word ),*],
                        };
                        reader.report(problem, node.span);
                        None
                    }
                    _ => {
                        reader.wrong_type($expected, node);
                        None
                    }
                }
            }
        }
    };
}

pub(super) use {record, words};
