using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace WampRouter.Server.Welcome;

/// <summary>
/// The page at <c>/</c>, for whoever opens the router's address in a browser: joins a realm over WAMP, shows events, calls, and every message on
/// the wire. One file inside the assembly, nothing downloaded, no build step.
/// </summary>
internal sealed class WelcomePage
{
    private const string ResourceName = "WampRouter.Server.Welcome.index.html";
    private const string PathPlaceholder = "{wamp-path}";
    private const string LongPollPathPlaceholder = "{longpoll-path}";
    private const string RealmsPlaceholder = "{realms}";

    private readonly byte[] _content;
    private readonly string _entityTag;
    private readonly string _policy;

    private WelcomePage(PagePaths paths, IEnumerable<string> realms)
    {
        // The name of a realm is a URI, which has no spaces.
        var html = Read()
            .Replace(PathPlaceholder, WebUtility.HtmlEncode(paths.WebSocket), StringComparison.Ordinal)
            .Replace(LongPollPathPlaceholder, WebUtility.HtmlEncode(paths.LongPoll), StringComparison.Ordinal)
            .Replace(RealmsPlaceholder, WebUtility.HtmlEncode(string.Join(' ', realms)), StringComparison.Ordinal);
        _content = Encoding.UTF8.GetBytes(html);
        _entityTag = $"\"{Convert.ToHexStringLower(SHA256.HashData(_content))[..32]}\"";

        // Nothing runs but what stands in the file, whatever an event or a result may hold; 'self' covers ws: and wss: of the same host and port.
        _policy = $"default-src 'none'; script-src '{HashOf(html, "script")}'; style-src '{HashOf(html, "style")}'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// <summary>How it is asked for.</summary>
    public static IEnumerable<string> Methods { get; } = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Serves the page.</summary>
    /// <param name="paths">Where on the same host and port clients connect.</param>
    /// <param name="forLocal">The realms that a visitor on this machine may join without a login: he is offered them.</param>
    /// <param name="forAll">Those that anybody may; nobody is told of other realms.</param>
    /// <param name="isLocal">Whether a visitor is on this machine.</param>
    public static RequestDelegate At(PagePaths paths, IReadOnlyCollection<string> forLocal, IReadOnlyCollection<string> forAll, Func<HttpContext, bool> isLocal)
    {
        // Made when somebody asks: hashing loads the cryptographic library, which is a sixth of the memory of an idle router.
        var local = new Lazy<WelcomePage>(() => new WelcomePage(paths, forLocal));
        var remote = new Lazy<WelcomePage>(() => new WelcomePage(paths, forAll));
        return context => (isLocal(context) ? local : remote).Value.ServeAsync(context);
    }

    private Task ServeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ETag = _entityTag;
        headers.CacheControl = "private, no-cache"; // a browser may keep it, and asks whether it is still the one
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        if (IsKnown(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = _content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(_content).AsTask();
    }

    private bool IsKnown(HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags) && tags.Any(tag => tag.Tag == _entityTag || tag.Tag == "*");

    private static string Read()
    {
        using var stream = typeof(WelcomePage).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The policy's name for the one inline element of this kind: the hash of exactly what stands between its tags.</summary>
    private static string HashOf(string html, string element)
    {
        var start = html.IndexOf('>', html.IndexOf($"<{element}", StringComparison.Ordinal)) + 1;
        var end = html.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])))}";
    }
}
