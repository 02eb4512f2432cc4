use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::clients::BuildError;

use super::key::{KeyError, ObjectKey};
use super::url::S3Location;

/// Why a store did not do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file system refuses.
    #[error("{}: {source}", .path.display())]
    File {
        /// What was read or written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A name makes no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An object of jobnet's own is not as jobnet writes it.
    #[error("{0}: this is not what jobnet writes there")]
    Unreadable(ObjectKey),
    /// There can be no HTTP client.
    #[error(transparent)]
    Client(#[from] BuildError),
    /// Nothing says which region the bucket is in.
    #[error("{0}: no region is configured")]
    NoRegion(S3Location),
    /// Nothing gives credentials.
    #[error("{store}: the request cannot be signed: {reason}")]
    NoCredentials {
        /// The store.
        store: S3Location,
        /// What was looked for, and where.
        reason: String,
    },
    /// The other side is not who it should be, so that nothing was sent.
    #[error("{store}: {reason}")]
    Untrusted {
        /// The store.
        store: S3Location,
        /// What is wrong with its certificate.
        reason: String,
    },
    /// The credentials are wrong, or do not allow this.
    #[error("{store} denies access: {reason}")]
    Denied {
        /// The store.
        store: S3Location,
        /// Its answer.
        reason: String,
    },
    /// The bucket is not there.
    #[error("{0}: there is no such bucket")]
    NoBucket(S3Location),
    /// The bucket is in another region than the request was signed for.
    #[error("{store} is in another region: {reason}")]
    WrongRegion {
        /// The store.
        store: S3Location,
        /// Its answer.
        reason: String,
    },
    /// The store was not available to the end of the retries.
    #[error("{store} is not available: {reason}")]
    Unavailable {
        /// The store.
        store: S3Location,
        /// What happened last.
        reason: String,
    },
    /// The store writes what is there already, although it was told not to.
    #[error(
        "{0} ignores `If-None-Match`: it has written an object twice that it was to write once, so that several would \
         hold one lease"
    )]
    ConditionsIgnored(S3Location),
    /// The store does not know conditional writes.
    #[error("{store} does not know `If-None-Match`, without which several would hold one lease: {reason}")]
    NoConditions {
        /// The store.
        store: S3Location,
        /// Its answer.
        reason: String,
    },
    /// The store does not do what it is asked, and will not.
    #[error("{store} refuses: {reason}")]
    Refused {
        /// The store.
        store: S3Location,
        /// Its answer.
        reason: String,
    },
}

impl StoreError {
    /// True where the same may succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unavailable { .. } => true,
            Self::File { source, .. } => matches!(
                source.kind(),
                io::ErrorKind::Interrupted
                    | io::ErrorKind::ResourceBusy
                    | io::ErrorKind::StaleNetworkFileHandle
                    | io::ErrorKind::TimedOut
            ),
            _ => false,
        }
    }

    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "check the path, its permissions and the disk; in a directory no key can go on where another \
                 ends, as `a/b` does where `a` ends"
            }
            Self::Key(_) => "shorten the names of the net, the environment and the stage",
            Self::Unreadable(_) => "see what it is, and remove it: jobnet begins anew then",
            Self::Client(_) => {
                "check AWS_CA_BUNDLE and SSL_CERT_FILE: they must name a PEM file with certificates"
            }
            Self::NoRegion(_) => "set AWS_REGION to the region of the bucket",
            Self::NoCredentials { .. } => {
                "give credentials in one of the ways of the AWS tools: AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY, AWS_PROFILE, AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or the role \
                 of the machine"
            }
            Self::Untrusted { .. } => {
                "let AWS_CA_BUNDLE or SSL_CERT_FILE name a PEM file with the certificate of who vouches for the server"
            }
            Self::Denied { .. } => {
                "check the credentials, and that they allow s3:GetObject, s3:PutObject and s3:DeleteObject on \
                 the objects and s3:ListBucket on the bucket"
            }
            Self::NoBucket(_) => "check the name, or make the bucket",
            Self::WrongRegion { .. } => "set AWS_REGION to the region of the bucket",
            Self::Unavailable { .. } => "try again later; check AWS_ENDPOINT_URL_S3 where it is set",
            Self::ConditionsIgnored(_) | Self::NoConditions { .. } => {
                "let the lease be in a database, or in a store with conditional writes: PutObject with \
                 `If-None-Match: *`, as S3 has it"
            }
            Self::Refused { .. } => "the store must be S3, or speak its protocol",
        }
    }
}
