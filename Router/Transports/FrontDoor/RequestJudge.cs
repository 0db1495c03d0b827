using System.Buffers;
using System.Net;
using System.Text;
using WampRouter.Transports.Handshake;

namespace WampRouter.Transports.FrontDoor;

/// <summary>What the first bytes of a connection turned out to be.</summary>
internal enum Verdict
{
    /// <summary>Too few bytes to say.</summary>
    NeedMore,

    /// <summary>A WebSocket request for the WAMP path: ours.</summary>
    Ours,

    /// <summary>For the HTTP pipeline: another path, another protocol, no upgrade, or a request so wrong that the pipeline's own answer is the best.</summary>
    PassOn,
}

/// <summary>Decides whose a new connection is, as early as its bytes allow.</summary>
/// <param name="path">The WAMP path, such as <c>/ws</c>; compared byte for byte, other spellings are left to the pipeline. Empty: no request is ours.</param>
internal sealed class RequestJudge(string path)
{
    private const int LongestMethod = 16;

    /// <summary>As the server's own default for a request head.</summary>
    private const int MaxHeadBytes = 32 * 1024;

    private readonly byte[] _path = Encoding.ASCII.GetBytes(path);

    /// <param name="buffer">Everything received so far.</param>
    /// <param name="local">The address the client connected to.</param>
    /// <param name="request">The request, where it is ours.</param>
    /// <param name="end">Where its head ends, where it is ours.</param>
    public Verdict Judge(in ReadOnlySequence<byte> buffer, EndPoint? local, out UpgradeRequest? request, out SequencePosition end)
    {
        (request, end) = (null, buffer.Start);
        var verdict = JudgeStart(buffer);
        if (verdict != Verdict.Ours)
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
        return UpgradeRequestReader.TryRead(buffer.Slice(0, end), request) && request.AsksForWebSocket ? Verdict.Ours : Verdict.PassOn;
    }

    /// <summary>Looks at method and path only: most strangers are recognised by their first bytes.</summary>
    private Verdict JudgeStart(in ReadOnlySequence<byte> buffer)
    {
        var needed = LongestMethod + 1 + _path.Length + 1;
        Span<byte> start = stackalloc byte[(int)Math.Min(buffer.Length, needed)];
        buffer.Slice(0, start.Length).CopyTo(start);

        if (_path.Length == 0)
        {
            return Verdict.PassOn;
        }

        var methodEnd = start.IndexOf((byte)' ');
        var method = methodEnd < 0 ? start : start[..methodEnd];
        if (method.Length > LongestMethod || method.ContainsAnyExceptInRange((byte)'A', (byte)'Z'))
        {
            return Verdict.PassOn; // TLS, HTTP/2 and RawSocket (first byte 0x7F: the seam for it) end here
        }

        var target = methodEnd < 0 ? [] : start[(methodEnd + 1)..];
        if (target.Length <= _path.Length)
        {
            return _path.AsSpan().StartsWith(target) ? Verdict.NeedMore : Verdict.PassOn;
        }

        return target.StartsWith(_path) && target[_path.Length] is (byte)' ' or (byte)'?' ? Verdict.Ours : Verdict.PassOn;
    }
}
