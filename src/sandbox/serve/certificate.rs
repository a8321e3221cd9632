use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// No certificate could be made.
    #[error("make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// It could not be used.
    #[error("prepare TLS: {0}")]
    Config(#[from] rustls::Error),
    /// The system gives no random numbers.
    #[error("get random numbers from the system")]
    Random,
}

/// What a server shows, and what its clients trust; both live as long as the sandbox.
pub(super) struct Credentials {
    /// TLS of the server's side.
    pub(super) server: Arc<rustls::ServerConfig>,
    /// The certificate authority, as PEM.
    pub(super) authority: String,
    /// What a client sends as its bearer token.
    pub(super) token: String,
}

impl Credentials {
    /// New ones. Keys are never written anywhere.
    ///
    /// # Errors
    /// [`TlsError`], where the system gives no random numbers.
    pub(super) fn new(now: Timestamp) -> Result<Self, TlsError> {
        let (authority, issuer) = authority(now)?;
        let key = KeyPair::generate()?;
        let certificate = server_certificate(now)?.signed_by(&key, &issuer)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let token = token(&provider)?;
        let mut server = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), authority: authority.pem(), token })
    }
}

fn authority(now: Timestamp) -> Result<(Certificate, Issuer<'static, KeyPair>), TlsError> {
    let key = KeyPair::generate()?;
    let mut params = named("podlab-sandbox-ca", now)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let certificate = params.self_signed(&key)?;
    Ok((certificate, Issuer::new(params, key)))
}

fn server_certificate(now: Timestamp) -> Result<CertificateParams, TlsError> {
    let mut params = named("podlab-sandbox", now)?;
    params.subject_alt_names = vec![
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        SanType::DnsName("localhost".try_into()?),
    ];
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

/// Valid from yesterday, since clocks differ, for a year.
fn named(name: &str, now: Timestamp) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    let yesterday = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap_or(now);
    let from = yesterday.to_zoned(TimeZone::UTC);
    let (month, day) = (from.month().unsigned_abs(), from.day().unsigned_abs().min(28));
    params.not_before = date_time_ymd(i32::from(from.year()), month, day);
    params.not_after = date_time_ymd(i32::from(from.year()) + 1, month, day);
    Ok(params)
}

/// 256 bits that nobody can guess.
fn token(provider: &rustls::crypto::CryptoProvider) -> Result<String, TlsError> {
    let mut bytes = [0; 32];
    provider.secure_random.fill(&mut bytes).map_err(|_| TlsError::Random)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sandbox_has_its_own_token_and_authority() {
        let [one, other] = [0, 1].map(|_| Credentials::new(Timestamp::UNIX_EPOCH).unwrap());
        assert_eq!(one.token.len(), 64);
        assert_ne!(one.token, other.token);
        assert!(one.authority.starts_with("-----BEGIN CERTIFICATE-----"));
        assert_ne!(one.authority, other.authority);
    }

    #[test]
    fn a_leap_day_has_no_place_in_other_years() {
        let leap_day: Timestamp = "2028-03-01T00:00:00Z".parse().unwrap();
        assert!(Credentials::new(leap_day).is_ok());
    }
}
