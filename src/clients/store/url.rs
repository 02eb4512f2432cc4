use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::key::{KeyError, ObjectKey};

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// `file:PATH` or `file:///PATH`: a directory. The path is taken as it is written, without percent-encoding.
    File(PathBuf),
    /// `s3://BUCKET/PREFIX`.
    S3(S3Location),
}

/// A bucket, and where in it the store's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Location {
    bucket: String,
    prefix: Option<ObjectKey>,
}

/// Why a text does not say where a store is. The text itself is never quoted whole: there may be credentials in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreUrlError {
    /// Neither `file:` nor `s3:`.
    #[error("a store is at `file:PATH` or `s3://BUCKET/PREFIX`")]
    Scheme,
    /// `file:` alone.
    #[error("`file:` needs a path")]
    NoPath,
    /// `file://HOST/PATH`.
    #[error("a `file:` URL has no host")]
    Host,
    /// `s3://USER@BUCKET`.
    #[error("credentials do not stand in an `s3:` URL")]
    Credentials,
    /// A name that no bucket can have.
    #[error("`{0}` is not the name of a bucket")]
    Bucket(String),
    /// What follows the bucket cannot begin a key.
    #[error("the prefix: {0}")]
    Prefix(#[from] KeyError),
}

impl StoreUrlError {
    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::Scheme | Self::NoPath => {
                "write file:var/raw, file:///var/raw or s3://my-bucket/raw".to_owned()
            }
            Self::Host => {
                "write file:var/raw for a relative path, file:///var/raw for an absolute one".to_owned()
            }
            Self::Credentials => {
                "give them in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in a profile".to_owned()
            }
            Self::Bucket(_) => {
                "3 to 63 small letters, digits, hyphens and full stops, with a letter or a digit at both ends"
                    .to_owned()
            }
            Self::Prefix(error) => error.help(),
        }
    }
}

impl StoreUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`StoreUrlError`].
    pub fn parse(text: &str) -> Result<Self, StoreUrlError> {
        if let Some(path) = text.strip_prefix("file:") {
            let path = match path.strip_prefix("//") {
                Some(absolute) if !absolute.starts_with('/') => return Err(StoreUrlError::Host),
                Some(absolute) => absolute,
                None => path,
            };
            return if path.is_empty() { Err(StoreUrlError::NoPath) } else { Ok(Self::File(path.into())) };
        }
        let rest = text.strip_prefix("s3://").ok_or(StoreUrlError::Scheme)?;
        S3Location::parse(rest).map(Self::S3)
    }
}

impl S3Location {
    /// Reads `BUCKET/PREFIX`; a slash at the end is allowed.
    fn parse(text: &str) -> Result<Self, StoreUrlError> {
        let (bucket, prefix) = text.split_once('/').unwrap_or((text, ""));
        if bucket.contains(['@', ':']) {
            return Err(StoreUrlError::Credentials);
        }
        if !is_bucket(bucket) {
            return Err(StoreUrlError::Bucket(bucket.to_owned()));
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        let prefix = if prefix.is_empty() { None } else { Some(ObjectKey::parse(prefix)?) };
        Ok(Self { bucket: bucket.to_owned(), prefix })
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// What a key of the store, or the beginning of one, is in the bucket.
    pub(super) fn absolute(&self, key: &str) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}/{key}"),
            None => key.to_owned(),
        }
    }

    /// What a key in the bucket is in the store; nothing where it is not one of the store's.
    pub(super) fn relative(&self, absolute: &str) -> Option<ObjectKey> {
        let key = match &self.prefix {
            Some(prefix) => absolute.strip_prefix(prefix.as_str())?.strip_prefix('/')?,
            None => absolute,
        };
        ObjectKey::parse(key).ok()
    }
}

/// The rules for names (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>) that decide
/// what host a request goes to.
fn is_bucket(name: &str) -> bool {
    let is_end =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_inner = |byte: u8| is_end(Some(&byte)) || byte == b'-' || byte == b'.';
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_inner(*byte))
        && is_end(bytes.first())
        && is_end(bytes.last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::S3(location) => location.fmt(f),
        }
    }
}

impl fmt::Display for S3Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)?;
        self.prefix.as_ref().map_or(Ok(()), |prefix| write!(f, "/{prefix}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_a_store_is() {
        for (text, shown) in [
            ("file:var/raw", "file:var/raw"),
            ("file:../raw", "file:../raw"),
            ("file:/var/raw", "file:/var/raw"),
            ("file:///var/raw", "file:/var/raw"),
            ("s3://my-bucket", "s3://my-bucket"),
            ("s3://my-bucket/", "s3://my-bucket"),
            ("s3://my.bucket.1/raw/pages/", "s3://my.bucket.1/raw/pages"),
        ] {
            assert_eq!(StoreUrl::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_not_one_is_refused_by_its_reason() {
        let bucket = |name: &str| StoreUrlError::Bucket(name.to_owned());
        for (text, fault) in [
            ("var/raw", StoreUrlError::Scheme),
            ("gs://my-bucket", StoreUrlError::Scheme),
            ("s3:my-bucket", StoreUrlError::Scheme),
            ("file:", StoreUrlError::NoPath),
            ("file://var/raw", StoreUrlError::Host),
            ("s3://AKIA:secret@my-bucket/raw", StoreUrlError::Credentials),
            ("s3://AKIA:sec/ret@my-bucket/raw", StoreUrlError::Credentials),
            ("s3://", bucket("")),
            ("s3://ab", bucket("ab")),
            ("s3://My-Bucket", bucket("My-Bucket")),
            ("s3://-bucket", bucket("-bucket")),
            ("s3://a..bucket", bucket("a..bucket")),
            ("s3://192.168.5.4", bucket("192.168.5.4")),
            ("s3://my-bucket?x=1", bucket("my-bucket?x=1")),
            ("s3://my-bucket//raw", KeyError::EmptySegment("/raw".to_owned()).into()),
            ("s3://my-bucket/../raw", KeyError::Hidden("../raw".to_owned()).into()),
        ] {
            assert_eq!(StoreUrl::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn the_keys_of_a_store_are_below_its_prefix() {
        let key = |text| ObjectKey::parse(text).ok();
        let location = S3Location::parse("my-bucket/raw").unwrap();
        assert_eq!(location.absolute("item/1"), "raw/item/1");
        assert_eq!(location.relative("raw/item/1"), key("item/1"));
        assert_eq!(location.relative("rawest/item/1"), None);
        let location = S3Location::parse("my-bucket").unwrap();
        assert_eq!(location.absolute("item/1"), "item/1");
        assert_eq!(location.relative("item/1"), key("item/1"));
    }
}
