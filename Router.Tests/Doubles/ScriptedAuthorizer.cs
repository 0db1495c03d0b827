using System.Collections.Concurrent;
using System.Text;
using WampRouter.Realms.Decisions;

namespace WampRouter.Tests.Doubles;

/// <summary>An authorizer that does what a test says, and notes what it was asked.</summary>
internal sealed class ScriptedAuthorizer : IAuthorizer
{
    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>Answers; by default it allows everything, and nothing is remembered.</summary>
    public Func<AuthorizationRequest, CancellationToken, ValueTask<Decision>> Answer { get; set; } = (_, _) => new(new Decision(IsAllowed: true));

    /// <summary>The questions so far, as authid, action and URI.</summary>
    public string[] Asked => [.. _asked];

    /// <summary>The last question.</summary>
    public AuthorizationRequest? Last { get; private set; }

    /// <summary>Always gives the same answer.</summary>
    public void Say(Decision decision) => Answer = (_, _) => new(decision);

    public ValueTask<Decision> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
    {
        Last = request;
        _asked.Enqueue($"{request.Session.AuthId} {request.Action} {Encoding.UTF8.GetString(request.Uri)}");
        return Answer(request, cancellationToken);
    }
}
