using System.Text.Json.Nodes;
using WampRouter.Realms;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Turns what the application says about a client into a step of its login. Any thread.</summary>
/// <param name="realm">The realm to join.</param>
/// <param name="logger">Logs the application's mistakes.</param>
internal sealed partial class ApplicationIdentities(Realm realm, ILogger logger)
{
    /// <summary>The authprovider of the sessions that the application lets in.</summary>
    public const string Provider = "application";

    private static readonly AuthenticationStep.Refuse Failed = new(WampErrors.AuthenticationFailed, "the login could not be checked; try again later", "the application's check failed");

    private int _checks;

    /// <summary>The application has accepted the client.</summary>
    /// <param name="identity">The identity that the application gave.</param>
    /// <param name="method">The authentication method.</param>
    public AuthenticationStep Accept(WampIdentity identity, string method)
    {
        if (NameRules.FindProblem(identity.AuthId) is { } problem)
        {
            Log.BadIdentity(logger, realm.Name, method, "authid", problem);
            return Failed with { LogDetail = $"the application gave it an authid that {problem}" };
        }

        // Another realm's roles are looked at where the client joins it.
        var other = identity.Realm == realm.Name ? null : identity.Realm;
        if (other is null && !realm.MayGiveRole(identity.AuthRole))
        {
            Log.NoSuchRole(logger, realm.Name, identity.AuthRole, identity.AuthId);
            var refusal = Refusal.NoSuchRole(identity.AuthRole);
            return new AuthenticationStep.Refuse(refusal.Error, refusal.Message, $"the application gave it the role '{identity.AuthRole}', which the realm does not have");
        }

        if (!ApplicationExtras.TryWrite(identity.AuthExtra, out var extra, out var fault))
        {
            Log.BadIdentity(logger, realm.Name, method, "authextra", fault!);
            return Failed with { LogDetail = $"the application gave it an authextra that {fault}" };
        }

        return new AuthenticationStep.Accept(identity.AuthId, identity.AuthRole, method, Provider) { Realm = other, Extra = extra };
    }

    /// <summary>The application challenges the client.</summary>
    /// <param name="json">What the challenge says.</param>
    /// <param name="method">The authentication method.</param>
    /// <param name="pending">Takes the answer.</param>
    public AuthenticationStep Challenge(JsonObject? json, string method, IPendingAuthentication pending)
    {
        if (!ApplicationExtras.TryWrite(json, out var extra, out var fault))
        {
            Log.BadIdentity(logger, realm.Name, method, "extra of the challenge", fault!);
            return Failed with { LogDetail = $"the application made a challenge whose extra {fault}" };
        }

        return new AuthenticationStep.Challenge(method, pending) { Extra = extra };
    }

    /// <summary>The application has not answered in time.</summary>
    public void ReportLate(string method) => Log.Late(logger, realm.Name, method);

    /// <summary>Counts a check of the application that begins; <see cref="EndCheck"/> must follow. False: too many have not ended. The count outlives the settings of the realm, as the checks do.</summary>
    public bool TryBeginCheck(string method, int most)
    {
        if (Interlocked.Increment(ref _checks) <= most)
        {
            return true;
        }

        EndCheck();
        Log.TooMany(logger, realm.Name, method, most);
        return false;
    }

    /// <summary>A check has ended.</summary>
    public void EndCheck() => Interlocked.Decrement(ref _checks);

    /// <summary>The application's code threw, or gave an answer that cannot be.</summary>
    public AuthenticationStep Fail(Exception exception, string method)
    {
        Log.Failed(logger, exception, realm.Name, method);
        return Failed;
    }

    private static partial class Log
    {
        [LoggerMessage(1270, LogLevel.Error, "The application gave the role '{Role}' to '{AuthId}', and realm {Realm} has no such role")]
        public static partial void NoSuchRole(ILogger logger, string realm, string role, string authId);

        [LoggerMessage(1272, LogLevel.Error, "The application's answer to a login of realm {Realm} with '{Method}' was not taken: the {What} {Problem}; the client was refused")]
        public static partial void BadIdentity(ILogger logger, string realm, string method, string what, string problem);

        [LoggerMessage(1273, LogLevel.Warning, "The application's check for logins of realm {Realm} with '{Method}' has not answered within Sessions:HelloTimeout; the client was refused, and the check was canceled")]
        public static partial void Late(ILogger logger, string realm, string method);

        [LoggerMessage(1274, LogLevel.Warning, "The application's checks for logins of realm {Realm} with '{Method}' that have not ended: {Checks}, as many as may be (Sessions:QueuedTicketChecks, Sessions:ConcurrentTicketChecks); the client was refused")]
        public static partial void TooMany(ILogger logger, string realm, string method, int checks);

        [LoggerMessage(1271, LogLevel.Error, "The application's code for logins of realm {Realm} with '{Method}' has failed; the client was refused")]
        public static partial void Failed(ILogger logger, Exception exception, string realm, string method);
    }
}
