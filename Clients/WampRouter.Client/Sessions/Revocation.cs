namespace WampRouter.Client.Sessions;

/// <summary>The router took something back (spec: "Subscription Revocation", "Registration Revocation").</summary>
/// <param name="Reason">Why, in the router's words.</param>
/// <param name="Cause">The same as the failure of whoever uses it.</param>
internal sealed record Revocation(string Reason, WampException Cause)
{
    private const string NoReason = "no reason given";

    /// <summary>The revocation of what is described, such as "the subscription to 'com.example.t'".</summary>
    public static Revocation Of(string what, WampDetails details)
    {
        var reason = details.GetText("reason") ?? NoReason;
        return new Revocation(reason, new WampException(WampErrorUri.Revoked, $"The router took {what} back: {reason}."));
    }
}
