using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;

namespace WampRouter.Transports.FrontDoor;

/// <summary>
/// Reads one request head with the server's own parser, so that the front door is exactly as strict as the pipeline behind it, and keeps the headers
/// a WebSocket handshake is about.
/// </summary>
internal sealed class UpgradeRequestReader : IHttpRequestLineHandler, IHttpHeadersHandler
{
    /// <summary>As the server's own default.</summary>
    private const int MaxHeaders = 100;

    private static readonly HttpParser<UpgradeRequestReader> Parser = new(showErrorDetails: false);

    private readonly UpgradeRequest _request;
    private int _headers;

    private UpgradeRequestReader(UpgradeRequest request) => _request = request;

    /// <summary>Parses a complete head.</summary>
    /// <param name="head">Up to and including the empty line.</param>
    /// <param name="request">Filled.</param>
    /// <returns>False where it is no good request: the pipeline says so better than we could.</returns>
    public static bool TryRead(in ReadOnlySequence<byte> head, UpgradeRequest request)
    {
        var handler = new UpgradeRequestReader(request);
        var reader = new SequenceReader<byte>(head);
        try
        {
            return Parser.ParseRequestLine(handler, ref reader)
                && Parser.ParseHeaders(handler, ref reader)
                && handler._headers <= MaxHeaders;
        }
        catch (BadHttpRequestException)
        {
            return false; // the parser's only way to say it
        }
    }

    /// <inheritdoc />
    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        _request.IsHttp11 = versionAndMethod.Version == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion.Http11;
        _request.Method = Encoding.ASCII.GetString(startLine[..versionAndMethod.MethodEnd]);
    }

    /// <inheritdoc />
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _headers++;
        switch (name.Length)
        {
            case 4 when Is(name, "Host"u8):
                _request.Host = Join(_request.Host, value);
                break;
            case 6 when Is(name, "Cookie"u8):
                _request.Cookies = Join(_request.Cookies, value, "; ");
                break;
            case 6 when Is(name, "Origin"u8):
                _request.Origin = Join(_request.Origin, value);
                break;
            case 7 when Is(name, "Upgrade"u8):
                _request.Upgrade = Join(_request.Upgrade, value);
                break;
            case 10 when Is(name, "Connection"u8):
                _request.Connection = Join(_request.Connection, value);
                break;
            case 17 when Is(name, "Sec-WebSocket-Key"u8):
                _request.Key = Join(_request.Key, value);
                break;
            case 21 when Is(name, "Sec-WebSocket-Version"u8):
                _request.Version = Join(_request.Version, value);
                break;
            case 22 when Is(name, "Sec-WebSocket-Protocol"u8):
                _request.Subprotocols = Join(_request.Subprotocols, value);
                break;
            case 24 when Is(name, "Sec-WebSocket-Extensions"u8):
                _request.Extensions = Join(_request.Extensions, value);
                break;
            case 14 when Is(name, "Content-Length"u8):
                _request.HasBody |= !value.SequenceEqual("0"u8);
                break;
            case 17 when Is(name, "Transfer-Encoding"u8):
                _request.HasBody = true;
                break;
            case 16 when Is(name, "X-Forwarded-Host"u8):
                (_request.ForwardedHost, _request.IsForwarded) = (Join(_request.ForwardedHost, value), true);
                break;
            case 15 when Is(name, "X-Forwarded-For"u8):
                (_request.ForwardedFor, _request.IsForwarded) = (Join(_request.ForwardedFor, value), true);
                break;
            case 17 when Is(name, "X-Forwarded-Proto"u8):
                (_request.ForwardedProto, _request.IsForwarded) = (Join(_request.ForwardedProto, value), true);
                break;
            case 9 when Is(name, "Forwarded"u8):
                (_request.Forwarded, _request.IsForwarded) = (Join(_request.Forwarded, value), true);
                break;
            default:
                _request.IsForwarded |= IsForwarding(name);
                break;
        }
    }

    /// <inheritdoc />
    public void OnHeadersComplete(bool endStream)
    {
        // Nothing is left to do: the head was parsed as a whole.
    }

    /// <inheritdoc />
    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("HTTP/2 only");

    /// <inheritdoc />
    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("HTTP/2 only");

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name, expected);

    private static bool IsForwarding(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[ForwardingHeaders.LongestName];
        return name.Length <= text.Length && ForwardingHeaders.Contains(text[..Encoding.Latin1.GetChars(name, text)]);
    }

    private static string Join(string? before, ReadOnlySpan<byte> value, string separator = ", ")
    {
        var text = Encoding.Latin1.GetString(value);
        return before is null ? text : $"{before}{separator}{text}";
    }
}
