using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using WampRouter.Sessions.Connections;
using WampRouter.Transports;

namespace WampRouter.Server.Listeners;

/// <summary>
/// Judges the certificate that one client shows for TLS, and says why it is refused. Who shows one that does not validate is refused also where none is required: what an application learns of a certificate is
/// that an authority of the settings stands for it.
/// </summary>
/// <param name="connection">Whose it is.</param>
/// <param name="metrics">Counts who is refused.</param>
/// <param name="section">Where the settings of the listener stand.</param>
/// <param name="logger">Gets who is refused.</param>
internal sealed partial class ClientCertificateCheck(BaseConnectionContext connection, TransportMetrics metrics, string section, ILogger logger)
{
    private const X509ChainStatusFlags NoAuthority = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;
    private const X509ChainStatusFlags NoAnswer = X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>Whether the client may come in.</summary>
    /// <param name="certificate">What it has shown; null: nothing.</param>
    /// <param name="chain">The chain that was built from it, by the listener's authorities.</param>
    /// <param name="isRequired">Whether nobody may come in without one.</param>
    public bool Allows(X509Certificate? certificate, X509Chain? chain, bool isRequired)
    {
        if (certificate is null)
        {
            return !isRequired || Refuse("missing", "it has shown none", "none");
        }

        var status = (chain?.ChainStatus ?? []).Where(static status => status.Status != X509ChainStatusFlags.NoError).ToArray();
        var flags = status.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
        return chain is not null && flags == X509ChainStatusFlags.NoError
            || Refuse(NameOf(flags), string.Join("; ", status.Select(static one => one.StatusInformation.Trim()).Distinct()), certificate.Subject);
    }

    private static string NameOf(X509ChainStatusFlags flags) =>
        (flags & NoAuthority) != 0 ? "untrusted"
        : flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "expired"
        : flags.HasFlag(X509ChainStatusFlags.Revoked) ? "revoked"
        : (flags & NoAnswer) != 0 ? "revocation_unknown"
        : flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "usage"
        : "other";

    private bool Refuse(string reason, string text, string subject)
    {
        metrics.ClientCertificateRefused(reason);
        Log.Refused(logger, connection.ConnectionId, connection.RemoteEndPoint is IPEndPoint remote ? AddressBlock.Of(remote.Address).ToString() : "local socket", subject, text, section);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1268, LogLevel.Information, "{ConnectionId} ({Address}): TLS was refused for its certificate ({Subject}): {Problem}. See {Section}:Tls")]
        public static partial void Refused(ILogger logger, string connectionId, string address, string subject, string problem, string section);
    }
}
