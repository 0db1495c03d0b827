using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.Hostile;

/// <summary>The same over long-poll, in JSON: HTTP/1.1 on a bare socket, whose answers nobody reads unless an attack asks.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed partial class HostilePoll : IDisposable
{
    private HostilePoll(HostileSocket socket) => Socket = socket;

    /// <summary>The connection, to write on what is no request.</summary>
    public HostileSocket Socket { get; }

    /// <summary>Opens a connection, and says nothing on it.</summary>
    public static async Task<HostilePoll> ConnectAsync(Uri router, int receiveBuffer = 0) => new(await HostileSocket.ConnectAsync(router, receiveBuffer: receiveBuffer));

    /// <summary>A request.</summary>
    /// <param name="path">Below the path of long-poll, such as <c>open</c>.</param>
    /// <param name="body">The body, or how it begins.</param>
    /// <param name="bodyBytes">The bytes that it promises; null: those that it has.</param>
    public static byte[] Request(string path, string body = "", int? bodyBytes = null) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"POST /lp/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {bodyBytes ?? Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Opens a transport.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="HostileRefusedException">The router does not open it.</exception>
    public async Task<string> OpenAsync(CancellationToken cancellationToken = default)
    {
        var (status, body) = await AskAsync("open", """{"protocols":["wamp.2.json"]}""", cancellationToken);
        return status == 200 ? TransportId().Match(body).Groups[1].Value : throw new HostileRefusedException(body);
    }

    /// <summary>Opens a transport and has a session on it, without a login.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="HostileRefusedException">The router does not let it in.</exception>
    public async Task<string> JoinAsync(CancellationToken cancellationToken = default)
    {
        var id = await OpenAsync(cancellationToken);
        await AskAsync($"{id}/send", HostileSocket.Hello(HostileRealm.Name), cancellationToken);
        var (_, welcome) = await AskAsync($"{id}/receive", cancellationToken: cancellationToken);
        return welcome.StartsWith("[2,", StringComparison.Ordinal) ? id : throw new HostileRefusedException("no WELCOME");
    }

    /// <summary>Sends a request and reads the answer.</summary>
    /// <exception cref="HostileRefusedException">The router has ended the connection.</exception>
    public async Task<(int Status, string Body)> AskAsync(string path, string body = "", CancellationToken cancellationToken = default)
    {
        await Socket.SendRawAsync(Request(path, body), cancellationToken);
        var head = await Socket.ReceiveHeadAsync(cancellationToken);
        var length = ContentLength().Match(head) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return (int.Parse(HostileSocket.StatusOf(head), CultureInfo.InvariantCulture), Encoding.UTF8.GetString(await Socket.ReceiveRawAsync(length, cancellationToken)));
    }

    /// <inheritdoc />
    public void Dispose() => Socket.Dispose();

    [GeneratedRegex(@"Content-Length: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();

    [GeneratedRegex(@"""transport"":""([^""]+)""")]
    private static partial Regex TransportId();
}
