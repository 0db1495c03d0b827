using System.Buffers;
using System.Net;
using System.Text;
using WampRouter.Transports.Handshake;
using WampRouter.Wire;

namespace WampRouter.Transports.FrontDoor;

/// <summary>What the first bytes of a connection turned out to be.</summary>
internal enum Verdict
{
    /// <summary>Too few bytes to say.</summary>
    NeedMore,

    /// <summary>A WebSocket request for the WAMP path.</summary>
    WebSocket,

    /// <summary>The handshake of a RawSocket, whole.</summary>
    RawSocket,

    /// <summary>For the HTTP pipeline: another path, another protocol, no upgrade, or a request so wrong that the pipeline's own answer is the best.</summary>
    PassOn,
}

/// <summary>Decides whose a new connection is, as early as its bytes allow.</summary>
/// <param name="path">The path of WebSockets, such as <c>/ws</c>; compared byte for byte, other spellings are left to the pipeline. Null: there is none.</param>
internal sealed class RequestJudge(string? path)
{
    private const int LongestMethod = 16;

    /// <summary>As the server's own default for a request head.</summary>
    private const int MaxHeadBytes = 32 * 1024;

    private readonly byte[]? _path = path is null ? null : Encoding.ASCII.GetBytes(path);

    /// <param name="buffer">Everything received so far.</param>
    /// <param name="local">The address the client connected to.</param>
    /// <param name="request">The request, where it is one for a WebSocket.</param>
    /// <param name="end">Where its head ends, where it is one for a WebSocket.</param>
    public Verdict Judge(in ReadOnlySequence<byte> buffer, EndPoint? local, out UpgradeRequest? request, out SequencePosition end)
    {
        (request, end) = (null, buffer.Start);
        if (buffer.FirstSpan.StartsWith(RawSocketHandshake.Magic))
        {
            return buffer.Length < RawSocketHandshake.Bytes ? Verdict.NeedMore : Verdict.RawSocket;
        }

        var verdict = _path is null ? Verdict.PassOn : JudgeStart(buffer, _path);
        if (verdict != Verdict.WebSocket)
        {
            return verdict;
        }

        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8))
        {
            return buffer.Length > MaxHeadBytes ? Verdict.PassOn : Verdict.NeedMore;
        }

        if (reader.Consumed > MaxHeadBytes)
        {
            return Verdict.PassOn;
        }

        end = reader.Position;
        request = new UpgradeRequest { Method = string.Empty, LocalEndPoint = local };
        return UpgradeRequestReader.TryRead(buffer.Slice(0, end), request) && request.AsksForWebSocket ? Verdict.WebSocket : Verdict.PassOn;
    }

    /// <summary>Looks at method and path only: most strangers are recognised by their first bytes.</summary>
    private static Verdict JudgeStart(in ReadOnlySequence<byte> buffer, byte[] path)
    {
        var needed = LongestMethod + 1 + path.Length + 1;
        Span<byte> start = stackalloc byte[(int)Math.Min(buffer.Length, needed)];
        buffer.Slice(0, start.Length).CopyTo(start);

        var methodEnd = start.IndexOf((byte)' ');
        var method = methodEnd < 0 ? start : start[..methodEnd];
        if (method.Length > LongestMethod || method.ContainsAnyExceptInRange((byte)'A', (byte)'Z'))
        {
            return Verdict.PassOn; // TLS and HTTP/2 end here
        }

        var target = methodEnd < 0 ? [] : start[(methodEnd + 1)..];
        if (target.Length <= path.Length)
        {
            return path.AsSpan().StartsWith(target) ? Verdict.NeedMore : Verdict.PassOn;
        }

        return target.StartsWith(path) && target[path.Length] is (byte)' ' or (byte)'?' ? Verdict.WebSocket : Verdict.PassOn;
    }
}
