using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter;

/// <summary>Asks an application's authorizer, in its own words. Any thread.</summary>
/// <param name="realm">The realm's name.</param>
/// <param name="decide">The application's code.</param>
internal sealed class ApplicationAuthorizer(string realm, Func<WampAuthorizationRequest, CancellationToken, ValueTask<WampDecision>> decide) : IAuthorizer
{
    /// <inheritdoc />
    public async ValueTask<Decision> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
    {
        var decision = await decide(Describe(request), cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{nameof(IWampAuthorizer.AuthorizeAsync)} returned null, which is no decision.");
        return decision.Value;
    }

    private WampAuthorizationRequest Describe(AuthorizationRequest request) => new(() => ReadOptions(request))
    {
        Realm = realm,
        Session = (long)request.Session.Session,
        AuthId = request.Session.AuthId,
        AuthRole = request.Session.AuthRole,
        AuthMethod = request.Session.AuthMethod,
        AuthProvider = request.Session.AuthProvider,
        Action = request.Action switch
        {
            Permissions.Call => WampAction.Call,
            Permissions.Register => WampAction.Register,
            Permissions.Publish => WampAction.Publish,
            _ => WampAction.Subscribe,
        },
        Uri = Encoding.UTF8.GetString(request.Uri),
        Match = request.Match switch
        {
            MatchPolicy.Prefix => WampUriMatch.Prefix,
            MatchPolicy.Wildcard => WampUriMatch.Wildcard,
            _ => WampUriMatch.Exact,
        },
    };

    /// <summary>The options as JSON. Where JSON has no way to say them, the decision fails, and with it the request.</summary>
    private static JsonObject ReadOptions(AuthorizationRequest request)
    {
        if (request.Options.Length == 0)
        {
            return [];
        }

        var writer = new TokenWriter(WireFormat.Json);
        string? fault = null;
        if (request.Format is not WireFormat.Json && !PayloadTranscoder.TryTranscode(request.Format, request.Options, 1, writer, out fault))
        {
            throw new InvalidOperationException($"The options of the message have no form in JSON: {fault}");
        }

        ReadOnlySpan<byte> json = request.Format is WireFormat.Json ? request.Options : writer.Output.Written;
        return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = WireLimits.MaxDepth }) as JsonObject ?? [];
    }
}
