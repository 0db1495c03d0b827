using System.Security.Claims;

namespace WampRouter.Sessions.Authentication;

/// <summary>The application's own functions for logging clients in to a realm.</summary>
internal sealed record ApplicationLogins
{
    /// <summary>Returns the identity of an HTTP user in the realm, or null for none. If the property is null, HTTP users cannot join as such.</summary>
    public Func<ClaimsPrincipal, WampIdentity?>? HttpUser { get; init; }

    /// <summary>Returns the identity for a ticket, or null where it is wrong. If the property is null, only configured tickets are valid.</summary>
    public Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>>? TicketCheck { get; init; }

    /// <summary>The application's own methods: what makes an authenticator for one login, by the name of the method.</summary>
    public IReadOnlyDictionary<string, Func<OpenAuthenticator>> Methods { get; init; } = new Dictionary<string, Func<OpenAuthenticator>>();
}

/// <summary>An authenticator of the application for one login; disposed of when the login has ended.</summary>
/// <param name="authenticator">The authenticator.</param>
/// <param name="isOwned">Whether it is no service of the container, which would dispose of it with the scope.</param>
/// <param name="scope">What it was made in.</param>
internal sealed class OpenAuthenticator(IWampAuthenticator authenticator, bool isOwned, IAsyncDisposable scope) : IAsyncDisposable
{
    /// <summary>The authenticator.</summary>
    public IWampAuthenticator Authenticator => authenticator;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            switch (isOwned ? authenticator : null)
            {
                case IAsyncDisposable one:
                    await one.DisposeAsync().ConfigureAwait(false);
                    break;
                case IDisposable one:
                    one.Dispose();
                    break;
            }
        }
        finally
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}
