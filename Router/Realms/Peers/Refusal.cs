using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>Why the router refuses a request: the error URI of the specification and a text that says what would be right.</summary>
internal readonly record struct Refusal(string Error, string Message)
{
    /// <summary>The setting whose limit was reached; null if there is another reason.</summary>
    public string? Limit { get; init; }

    /// <summary>Whether the realm's authorizer has denied it, and not a rule. For the log: clients need not know.</summary>
    public bool IsByAuthorizer { get; init; }

    public static readonly Refusal DisclosureForbidden = new(WampErrors.DiscloseMeDisallowed, "this realm does not allow disclose_me (its setting allowDiscloseMe)");
    public static readonly Refusal ProcedureExists = new(WampErrors.ProcedureAlreadyExists, "another session has registered this procedure already, for itself alone: 'invoke' lets several share one, 'force_reregister' takes it away");
    public static readonly Refusal ProcedureHasOtherPolicy = new(WampErrors.ProcedureAlreadyExists, "this procedure is registered with another value of 'invoke': all who share one must name the same");
    public static readonly Refusal ProcedureExistsAlready = new(WampErrors.ProcedureAlreadyExists, "this session has registered this procedure already");
    public static readonly Refusal NoSuchSubscription = new(WampErrors.NoSuchSubscription, "this session holds no such subscription");
    public static readonly Refusal UnknownSubscription = new(WampErrors.NoSuchSubscription, "there is no such subscription");
    public static readonly Refusal NoSuchRegistration = new(WampErrors.NoSuchRegistration, "this session holds no such registration");
    public static readonly Refusal Canceled = new(WampErrors.Canceled, "the call was canceled");
    public static readonly Refusal CalleeLeft = new(WampErrors.Canceled, "the callee left before it answered");
    public static readonly Refusal TimeIsOver = new(WampErrors.Timeout, "the callee did not answer within the time the call had");
    public static readonly Refusal NoAvailableCallee = new(WampErrors.NoAvailableCallee, "every callee of this procedure is unavailable");
    public static readonly Refusal DiscloseCallerForbidden = new(WampErrors.OptionNotAllowed, "this realm does not allow disclose_caller (its setting allowDiscloseMe)");
    public static readonly Refusal PiecesNotTaken = new(WampErrors.FeatureNotSupported, "the callee does not take calls in pieces (progressive_call_invocations and call_canceling)");
    public static readonly Refusal QueueIsFull = new(WampErrors.Unavailable, "every callee of this procedure is busy, and no more calls may wait (limits.maxQueuedCallsPerRegistration of the realm)") { Limit = "maxQueuedCallsPerRegistration" };
    public static readonly Refusal CalleeIsFull = new(WampErrors.Unavailable, "no callee of this procedure takes more calls at the moment: it leaves too many unanswered, or does not read fast enough; try again later");
    public static readonly Refusal ReaderIsFull = new(WampErrors.Unavailable, "the events were not sent: their reader does not read its results fast enough");
    public static readonly Refusal CallerIsFull = new(WampErrors.Unavailable, "the call was given up: its caller does not read its results fast enough");

    public static readonly Refusal HistoryBusy = new(WampErrors.Unavailable, "the history of this topic cannot take more events at the moment; nothing was published");
    public static readonly Refusal NotStored = new(WampErrors.NotStored, "the event reached its subscribers, but could not be written to the history of its topic; published again, it would reach them twice");
    public static readonly Refusal NoHistory = new(WampErrors.HistoryUnavailable, "no history is kept for this subscription: the realm's configuration names the topics and patterns that have one ('history')");

    public static Refusal NotInHistory(string condition) => InvalidArgument($"{condition} names an event that is not in this history: it has made room for newer ones, was never kept, or is not written yet");

    /// <summary>No session has registered a procedure.</summary>
    public static Refusal NoSuchProcedure(ReadOnlySpan<byte> uri) => new(WampErrors.NoSuchProcedure, $"no session has registered {UriText.Quote(uri)}");

    /// <summary>The router has no such procedure of its own.</summary>
    public static Refusal NoProcedureOfRouter(ReadOnlySpan<byte> uri) => new(WampErrors.NoSuchProcedure, $"the router has no procedure {UriText.Quote(uri)}");

    /// <summary>The last callee of a procedure has gone while a call waited for it.</summary>
    public static Refusal NobodyLeft(ReadOnlySpan<byte> uri) =>
        new(WampErrors.NoSuchProcedure, $"the call waited for a callee to be free, and now no session has registered {UriText.Quote(uri)} any more");

    /// <summary>What is wrong with an invalid URI or pattern.</summary>
    public static Refusal WrongUri(ReadOnlySpan<byte> uri, UriCheck check, MatchPolicy match = MatchPolicy.Exact) =>
        new(WampErrors.InvalidUri, UriText.Explain(uri, check == UriCheck.Strict, MatchPolicies.ShapeOf(match)));

    /// <summary>A URI that only the router may use in this way.</summary>
    public static Refusal ReservedUri(ReadOnlySpan<byte> uri) =>
        new(WampErrors.InvalidUri, $"{UriText.Quote(uri)} is the router's: nobody else registers, publishes to or defines URIs whose first component is 'wamp'");

    /// <summary>The rules of a role do not allow a request.</summary>
    /// <param name="role">The role.</param>
    /// <param name="action">What it may not do, for example <c>publish to</c>.</param>
    /// <param name="uri">The URI or pattern.</param>
    /// <param name="match">How it is compared.</param>
    public static Refusal NotAuthorized(Role role, string action, ReadOnlySpan<byte> uri, MatchPolicy match = MatchPolicy.Exact) =>
        new(WampErrors.NotAuthorized, match == MatchPolicy.Exact
            ? $"role '{role.Name}' may not {action} {UriText.Quote(uri)}"
            : $"role '{role.Name}' may not {action} the {(match == MatchPolicy.Prefix ? "prefix" : "wildcard pattern")} {UriText.Quote(uri)}: its rules do not allow all that it matches");

    /// <summary>No rule of a role covers a request, and the realm's authorizer came to no decision.</summary>
    public static Refusal NotDecided(Role role, string action, ReadOnlySpan<byte> uri) =>
        new(WampErrors.AuthorizationFailed, $"whether role '{role.Name}' may {action} {UriText.Quote(uri)} could not be decided now; try again later");

    /// <summary>The rules of a role do not allow a request, or no rule covers it and the realm's authorizer does not allow it, or came to no decision.</summary>
    /// <param name="role">The role.</param>
    /// <param name="permissions">What it may do; <see cref="Permissions.Undecided"/> where there is no decision.</param>
    /// <param name="hasAuthorizer">Whether the realm has an authorizer.</param>
    /// <param name="action">What the session wants to do, for example <c>publish to</c>.</param>
    /// <param name="uri">The URI or pattern.</param>
    /// <param name="match">How it is compared.</param>
    public static Refusal NotAllowed(Role role, Permissions permissions, bool hasAuthorizer, string action, ReadOnlySpan<byte> uri, MatchPolicy match = MatchPolicy.Exact) =>
        hasAuthorizer && (permissions & Permissions.Undecided) != 0 ? NotDecided(role, action, uri)
        : NotAuthorized(role, action, uri, match) with { IsByAuthorizer = (permissions & Permissions.DeniedByAuthorizer) != 0 };

    /// <summary>A session is to have a role that the realm does not have, or no longer has.</summary>
    public static Refusal NoSuchRole(string name) => new(WampErrors.NoSuchRole, $"the realm has no role '{name}', which this login gives");

    /// <summary>A limit is reached.</summary>
    /// <param name="whose">The subject of the sentence, with "has" or "have".</param>
    /// <param name="what">The resource, in words.</param>
    /// <param name="setting">The setting, below <c>limits</c>.</param>
    public static Refusal LimitOf(string whose, string what, string setting) =>
        new(WampErrors.Unavailable, $"{whose} reached the limit of {what} (limits.{setting} of the realm)") { Limit = setting };

    /// <summary>A callee returned a call that could not be kept for another callee.</summary>
    /// <param name="noRoom">Why it could not be kept.</param>
    public static Refusal NotHeld(in Refusal noRoom) =>
        new(WampErrors.NoAvailableCallee, $"the callee cannot serve the call now, and it could not be kept for another one: {noRoom.Message}") { Limit = noRoom.Limit };

    public static Refusal InvalidArgument(string message) => new(WampErrors.InvalidArgument, message);

    /// <summary>A message of more bytes than the router takes.</summary>
    public static Refusal TooLarge(string what, long bytes, int limit) =>
        new(WampErrors.PayloadSizeExceeded, FormattableString.Invariant($"{what} has {bytes} bytes; this router takes messages of at most {limit} bytes"));

    public static Refusal NotExpressible(string what) => InvalidArgument($"the arguments of this {what} cannot be expressed in the receiver's serializer, or grow beyond what its transport carries");

    /// <summary>A message of more bytes than the transport carries to its receiver.</summary>
    /// <param name="what">The message, with the receiver: <c>call for its callee</c>.</param>
    public static Refusal TooLong(string what) => new(WampErrors.PayloadSizeExceeded, $"the {what} is longer than the receiver's transport carries");

    public static Refusal PassthruNotTaken(string receiver) => new(WampErrors.FeatureNotSupported, $"the {receiver} does not take payloads in passthru mode (payload_passthru_mode)");
}
