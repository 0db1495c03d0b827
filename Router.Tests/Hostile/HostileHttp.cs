using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.Hostile;

/// <summary>The same over plain HTTP: HTTP/1.1 on a bare socket, whose answers nobody reads unless an attack asks.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed partial class HostileHttp : IDisposable
{
    private HostileHttp(HostileSocket socket) => Socket = socket;

    /// <summary>The connection, to write on what is no request.</summary>
    public HostileSocket Socket { get; }

    /// <summary>Opens a connection, and says nothing on it.</summary>
    public static async Task<HostileHttp> ConnectAsync(Uri router, int receiveBuffer = 0, IPAddress? from = null) => new(await HostileSocket.ConnectAsync(router, from, receiveBuffer));

    /// <summary>A request.</summary>
    /// <param name="path">Below the realm, such as <c>publish</c>.</param>
    /// <param name="body">The body of a POST, or how it begins; null: it is a GET.</param>
    /// <param name="headers">Further headers, each with its line end.</param>
    /// <param name="bodyBytes">The bytes that it promises; null: those that it has.</param>
    public static byte[] Request(string path, string? body = null, string headers = "", int? bodyBytes = null) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{(body is null ? "GET" : "POST")} /api/{HostileRealm.Name}/{path} HTTP/1.1\r\n{(headers.Contains("Host:", StringComparison.Ordinal) ? "" : "Host: localhost\r\n")}{headers}Content-Type: application/json\r\nContent-Length: {bodyBytes ?? Encoding.UTF8.GetByteCount(body ?? "")}\r\n\r\n{body}"));

    /// <summary>A header by which somebody logs in.</summary>
    public static string Authorization(string user, string ticket) => $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{ticket}"))}\r\n";

    /// <summary>Sends a request and reads the answer.</summary>
    /// <exception cref="HostileRefusedException">The router has ended the connection.</exception>
    public async Task<(int Status, string Body)> AskAsync(byte[] request, CancellationToken cancellationToken = default)
    {
        await Socket.SendRawAsync(request, cancellationToken);
        return await ReceiveAsync(cancellationToken);
    }

    /// <summary>Reads the next answer; of one without a length the head.</summary>
    /// <exception cref="HostileRefusedException">The router has ended the connection.</exception>
    public async Task<(int Status, string Body)> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        var head = await Socket.ReceiveHeadAsync(cancellationToken);
        var length = ContentLength().Match(head) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return (int.Parse(HostileSocket.StatusOf(head), CultureInfo.InvariantCulture), Encoding.UTF8.GetString(await Socket.ReceiveRawAsync(length, cancellationToken)));
    }

    /// <inheritdoc />
    public void Dispose() => Socket.Dispose();

    [GeneratedRegex(@"Content-Length: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
