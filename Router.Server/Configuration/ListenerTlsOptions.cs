namespace WampRouter.Server.Configuration;

/// <summary>How TLS is spoken at an <c>https</c> listener.</summary>
internal sealed class ListenerTlsOptions
{
    /// <summary>The version from which on it is spoken, of <see cref="Versions"/>.</summary>
    public string MinVersion { get; set; } = Versions[0];

    /// <summary>The cipher suites that may be agreed on, by the names of IANA, such as <c>TLS_AES_256_GCM_SHA384</c>. Nothing said: those of the system.</summary>
    public string[] CipherSuites { get; set; } = [];

    /// <summary>Whether clients are asked for a certificate.</summary>
    public ClientCertificateDemand ClientCertificates { get; set; }

    /// <summary>The PEM file of the authorities whose certificates clients may show. Roots, and certificates that lead to them where clients do not send those.</summary>
    public string? ClientAuthorities { get; set; }

    /// <summary>Whether it is asked whether a client's certificate was revoked.</summary>
    public RevocationCheck ClientRevocation { get; set; }

    /// <summary>The versions there are.</summary>
    internal static readonly string[] Versions = ["1.2", "1.3"];

    /// <summary>Whether nothing older than TLS 1.3 is spoken.</summary>
    internal bool IsTls13Alone => MinVersion == Versions[1];

    /// <summary>Whether clients may show a certificate.</summary>
    internal bool AsksForCertificates => ClientCertificates != ClientCertificateDemand.None;
}

/// <summary>Whether clients are asked for a certificate. One that does not validate is refused wherever it is asked for.</summary>
internal enum ClientCertificateDemand
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>They are, and may come without one.</summary>
    Optional,

    /// <summary>They are, and nobody comes in without one.</summary>
    Required,
}

/// <summary>How it is found out whether a certificate was revoked. Where it cannot be found out, the certificate is refused.</summary>
internal enum RevocationCheck
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>By lists that the system has.</summary>
    Offline,

    /// <summary>By asking the authority, at the address that stands in the certificate.</summary>
    Online,
}
