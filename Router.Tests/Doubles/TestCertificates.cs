using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Tests.Doubles;

/// <summary>Certificates that are made once for a run.</summary>
internal static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> Made = new(Make);

    /// <summary>For the name <c>localhost</c>, signed by nobody else.</summary>
    public static X509Certificate2 Localhost => Made.Value;

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
