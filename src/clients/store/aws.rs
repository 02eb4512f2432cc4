use std::path::PathBuf;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::InterceptorContext;
use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_types::service_config::ServiceConfigKey;

use crate::clients::http::is_untrusted;
use crate::clients::proxy::Proxies;
use crate::clients::roots::{BuildError, Roots};

/// The first try and four more. Before each the SDK waits a random part of a second, two, four and eight
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>): a batch has more time than the
/// three tries of the SDK's default take, whatever `AWS_MAX_ATTEMPTS` says.
const ATTEMPTS: u32 = 5;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a try may take, its upload included; a page is some megabytes. A body that comes back and stalls is ended
/// by the SDK (<https://docs.aws.amazon.com/sdk-for-rust/latest/dg/timeouts.html>).
const ATTEMPT: Duration = Duration::from_mins(1);

/// How long all tries may take.
const OPERATION: Duration = Duration::from_mins(4);

/// How AWS is asked: the HTTP client, its retries and its timeouts. Region, credentials and endpoint are those of the
/// environment and the profile, unless the caller sets others. `cert_file` is what `SSL_CERT_FILE` says.
///
/// Checksums are sent where S3 requires one: the signature holds a hash of the body in any case, and servers that only
/// speak S3's protocol do not know the newer ones
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html>).
///
/// # Errors
/// [`BuildError`].
pub fn aws_loader(cert_file: Option<PathBuf>) -> Result<ConfigLoader, BuildError> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION);
    Ok(aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http_client(cert_file)?)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts.build())
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired))
}

fn http_client(cert_file: Option<PathBuf>) -> Result<SharedHttpClient, BuildError> {
    // Refused here as for APIs: the SDK reads the same variables.
    Proxies::around()?;
    let roots = TrustStore::empty().with_pem_certificate(Roots::load(cert_file)?.pem());
    let tls = TlsContext::builder().with_trust_store(roots).build();
    let tls = tls.map_err(|error| BuildError::Tls(error.to_string()))?;
    // The plain way to build a client knows no proxy; this is the way of the SDK's own default client.
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls.clone()).build()
    }))
}

/// The same as the process environment has it: `AWS_CA_BUNDLE` goes before `SSL_CERT_FILE`, as it goes before other roots
/// in AWS's tools (<https://docs.aws.amazon.com/cli/v1/userguide/cli-configure-envvars.html>).
///
/// # Errors
/// [`BuildError`].
pub(super) fn loader_around(cert_file: Option<PathBuf>) -> Result<ConfigLoader, BuildError> {
    match std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        None => aws_loader(cert_file),
        Some(bundle) => aws_loader(Some(bundle.into())).map_err(|error| match error {
            BuildError::CertFile { path, reason } => BuildError::CaBundle { path, reason },
            other => other,
        }),
    }
}

/// A client of S3. Where the endpoint is not Amazon's, the bucket stands in the path: other servers have no host name
/// for each bucket.
pub(super) fn s3_client(config: &SdkConfig) -> Client {
    let settings = aws_sdk_s3::config::Builder::from(config)
        .force_path_style(has_endpoint(config))
        .retry_classifier(BusyClassifier);
    Client::from_conf(settings.build())
}

/// True where `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_S3` or the profile names an endpoint
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>).
fn has_endpoint(config: &SdkConfig) -> bool {
    let key =
        ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let of_s3 = || config.service_config()?.load_config(key.ok()?);
    config.endpoint_url().is_some() || of_s3().is_some()
}

/// Has the SDK ask an untrusted server no more, and retry what it takes for final: 409, of writers that meet
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>), and 429, which is not S3's own.
#[derive(Debug)]
struct BusyClassifier;

impl ClassifyRetry for BusyClassifier {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        if error.and_then(|error| error.as_connector_error()).is_some_and(|error| is_untrusted(error)) {
            return RetryAction::RetryForbidden;
        }
        match context.response().map(|response| response.status().as_u16()) {
            Some(409) => RetryAction::transient_error(),
            Some(429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "busy"
    }
}
