using WampRouter.Sessions.Authentication;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>A method that lets clients in by the certificate of their connection, as the subject of that.</summary>
internal sealed record CertificateSettings : MethodSettings
{
    public const string Name = "tls";

    public override string Method => Name;

    public override bool IsPartlyLoopbackOnly => false;

    public override IAuthenticationMethod Create(MethodServices services) => new ByCertificate();

    public override string Describe() => Name;

    private sealed class ByCertificate : IAuthenticationMethod
    {
        public string Name => CertificateSettings.Name;

        public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) => ValueTask.FromResult<AuthenticationStep?>(
            login.Connection.ClientCertificate is { } certificate ? new AuthenticationStep.Accept(certificate.Subject, "staff", Name, "static") : null);
    }
}
