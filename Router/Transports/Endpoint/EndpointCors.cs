using Microsoft.AspNetCore.Cors.Infrastructure;

namespace WampRouter.Transports.Endpoint;

/// <summary>What the application's own rules say of pages from elsewhere, where it has put them on the endpoint (<c>RequireCors</c>).</summary>
internal static class EndpointCors
{
    /// <summary>Whether the page of a request may connect; null where the endpoint has no such rule.</summary>
    public static async ValueTask<bool?> AllowsAsync(HttpContext context)
    {
        var policy = context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() switch
        {
            ICorsPolicyMetadata written => written.Policy,
            IEnableCorsAttribute named when context.RequestServices.GetService<ICorsPolicyProvider>() is { } policies => await policies.GetPolicyAsync(context, named.PolicyName),
            _ => null,
        };
        return policy is null ? null : policy.AllowAnyOrigin || policy.IsOriginAllowed(context.Request.Headers.Origin.ToString());
    }
}
