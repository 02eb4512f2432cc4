use std::error::Error;
use std::iter::successors;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ConnectorError, ErrorMetadata, ProvideErrorMetadata, SdkError};

use crate::clients::http::{innermost, is_untrusted};
use crate::policy::is_transient_status;

use super::error::StoreError;
use super::url::S3Location;

/// What an error of the SDK means, once its retries have ended. Nothing that was sent is quoted; what the other side
/// answered is, by its code and its message (<https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>).
pub(super) fn store_error<E>(store: S3Location, error: &SdkError<E>) -> StoreError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ServiceError(fault) => answered(store, fault.raw().status().as_u16(), fault.err().meta()),
        SdkError::TimeoutError(_) => {
            StoreError::Unavailable { store, reason: "no answer in time".to_owned() }
        }
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) => not_sent(store, error),
            None => StoreError::Unavailable { store, reason: innermost(error) },
        },
        SdkError::ResponseError(_) => StoreError::Unavailable { store, reason: innermost(error) },
        _ => StoreError::Refused { store, reason: innermost(error) },
    }
}

fn answered(store: S3Location, status: u16, answer: &ErrorMetadata) -> StoreError {
    let reason = format!("{status} {}", said(answer)).trim_end().to_owned();
    match (status, answer.code().unwrap_or_default()) {
        (_, "NoSuchBucket") => StoreError::NoBucket(store),
        (301 | 307, _) | (_, "AuthorizationHeaderMalformed") => StoreError::WrongRegion { store, reason },
        (401 | 403, _) | (_, "ExpiredToken" | "InvalidToken") => StoreError::Denied { store, reason },
        // A write at the same time as another (409), and a client that was too slow (400).
        (409, _) | (_, "RequestTimeout") => StoreError::Unavailable { store, reason },
        (status, _) if is_transient_status(status) => StoreError::Unavailable { store, reason },
        _ => StoreError::Refused { store, reason },
    }
}

/// What kept a request from being sent, or its answer from coming back. The SDK asks for credentials on the way, of
/// services that can be down as well.
fn not_sent(store: S3Location, error: &ConnectorError) -> StoreError {
    let issuer = find::<ErrorMetadata>(error);
    let reason = issuer.map_or_else(|| one_line(&innermost(error)), said);
    let credentials = find::<CredentialsError>(error);
    if is_untrusted(error) {
        StoreError::Untrusted { store, reason }
    } else if let Some(CredentialsError::CredentialsNotLoaded(_)) = credentials {
        // Where nothing was configured the last to be asked is the machine, which is not there to answer.
        StoreError::NoCredentials { store, reason }
    } else if is_network(error) || issuer.is_some_and(is_busy) {
        StoreError::Unavailable { store, reason }
    } else if credentials.is_some() {
        StoreError::NoCredentials { store, reason }
    } else {
        StoreError::Refused { store, reason }
    }
}

/// An error and what it was caused by, down to the first cause.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// The first error of a type among them.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|error| error.downcast_ref())
}

/// True where a connection is the reason, be it to S3 or to who gives out credentials.
fn is_network(error: &(dyn Error + 'static)) -> bool {
    causes(error)
        .filter_map(|error| error.downcast_ref::<ConnectorError>())
        .any(|error| error.is_io() || error.is_timeout() || error.as_other().is_some())
}

/// True where who gives out credentials may do so later
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>).
fn is_busy(answer: &ErrorMetadata) -> bool {
    let busy = [
        "IDPCommunicationError",
        "InternalFailure",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
    ];
    answer.code().is_some_and(|code| busy.contains(&code))
}

/// An answer's code and message, as far as it has them.
fn said(answer: &ErrorMetadata) -> String {
    let parts: Vec<&str> = [answer.code(), answer.message()].into_iter().flatten().collect();
    one_line(&parts.join(": "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::StoreUrl;

    fn store() -> S3Location {
        match StoreUrl::parse("s3://my-bucket/raw").unwrap() {
            StoreUrl::S3(location) => location,
            StoreUrl::File(_) => unreachable!(),
        }
    }

    /// What becomes of an error on the way to credentials: its text, and whether it is temporary.
    fn without_credentials(error: CredentialsError) -> (String, bool) {
        let error = not_sent(store(), &ConnectorError::other(error.into(), None));
        (error.to_string(), error.is_temporary())
    }

    fn issuer(code: &str) -> CredentialsError {
        CredentialsError::provider_error(ErrorMetadata::builder().code(code).message("It\nsays so.").build())
    }

    #[test]
    fn credentials_that_nobody_gives_are_an_error_for_good() {
        let nowhere = CredentialsError::not_loaded("Attempted:\n  Environment: not set\n  Profile: none");
        assert_eq!(
            without_credentials(nowhere),
            (
                "s3://my-bucket/raw: the request cannot be signed: Attempted: Environment: not set Profile: none".into(),
                false
            )
        );
        assert_eq!(
            without_credentials(issuer("AccessDenied")),
            ("s3://my-bucket/raw: the request cannot be signed: AccessDenied: It says so.".into(), false)
        );
    }

    #[test]
    fn an_issuer_of_credentials_that_is_down_is_an_error_for_now() {
        assert_eq!(
            without_credentials(issuer("ServiceUnavailable")),
            ("s3://my-bucket/raw is not available: ServiceUnavailable: It says so.".into(), true)
        );
        let refused =
            || ConnectorError::io(std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into());
        assert_eq!(
            without_credentials(CredentialsError::provider_error(refused())),
            ("s3://my-bucket/raw is not available: connection refused".into(), true)
        );
        // A machine that gives out none is asked last, and does not answer.
        assert!(!without_credentials(CredentialsError::not_loaded(refused())).1);
    }
}
