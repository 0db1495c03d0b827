using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.LongPoll;

/// <summary>The body of a request to open a transport: a JSON dictionary with <c>protocols</c>, what the client speaks by preference. What else it holds is not looked at.</summary>
/// <param name="Protocols">What the client speaks.</param>
internal sealed record OpenRequest(IReadOnlyList<string> Protocols)
{
    /// <summary>Many times what the names of all protocols take.</summary>
    public const int MostBytes = 4 * 1024;

    private const int MostDepth = 8;

    /// <summary>What Autobahn|JS offers.</summary>
    private static readonly string[] ProtocolsOfAutobahn = ["wamp.2.json"];

    /// <summary>As a header would list them. A name with a comma is no name, and would be two.</summary>
    public string AsList => string.Join(',', Protocols.Where(name => !name.Contains(',', StringComparison.Ordinal)));

    /// <summary>
    /// Whether this is what Autobahn|JS asks for, which takes the 202 of the specification for a failure: it wants the 204 that Crossbar answers. The specification calls its 202 "no content", which is 204's name. It offers one protocol,
    /// names the character set of its JSON, which the specification does not, and has a browser's XMLHttpRequest send it, which says who it is, or at least what it accepts.
    /// </summary>
    /// <param name="headers">Of the request.</param>
    public bool IsOfAutobahn(IHeaderDictionary headers) =>
        Protocols.SequenceEqual(ProtocolsOfAutobahn)
        && headers.UserAgent.Count + headers.Accept.Count > 0
        && MediaTypeHeaderValue.TryParse(headers.ContentType.ToString(), out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a body.</summary>
    /// <returns>The request, or the answer that says what is wrong.</returns>
    /// <exception cref="IOException">The client has gone.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    public static async Task<(OpenRequest? Request, HandshakeRefusal? Refusal)> ReadAsync(PipeReader body)
    {
        while (true)
        {
            var read = await body.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            if (read.Buffer.Length <= MostBytes && !read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var parsed = read.Buffer.Length <= MostBytes ? Parse(read.Buffer) : (null, new HandshakeRefusal(413, FormattableString.Invariant($"A request to open has at most {MostBytes} bytes.")));
            body.AdvanceTo(read.Buffer.End);
            return parsed;
        }
    }

    private static (OpenRequest? Request, HandshakeRefusal? Refusal) Parse(in ReadOnlySequence<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MostDepth });
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? Bad("is no dictionary")
                : !root.TryGetProperty("protocols", out var protocols) ? Bad("lacks 'protocols'")
                : protocols.ValueKind != JsonValueKind.Array || protocols.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String) ? Bad("has 'protocols' that are no list of names")
                : (new OpenRequest([.. protocols.EnumerateArray().Select(name => name.GetString()!)]), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Bad("is no JSON");       // InvalidOperationException: a name with half a surrogate
        }
    }

    private static (OpenRequest? Request, HandshakeRefusal Refusal) Bad(string fault) => (null, new HandshakeRefusal(400, $$"""The body {{fault}}: send {"protocols": ["wamp.2.json"]}."""));
}
