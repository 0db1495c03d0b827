using System.Runtime.CompilerServices;

namespace WampRouter.Client;

/// <summary>
/// A client of one realm of a WAMP router, as applications depend on it: <see cref="WampClient"/>, or something that stands in for it in a test
/// (<see cref="WampModelFactory"/> makes what it returns). What else a client offers are extension methods built on these members. Every member may be used on any thread.
/// </summary>
public interface IWampClient : IAsyncDisposable
{
    /// <summary>The state changed. Raised in order, one at a time; a slow handler delays the reconnect and nothing else.</summary>
    event EventHandler<WampStateChangedEventArgs>? StateChanged;

    /// <summary>
    /// Something failed where no caller could be told: a handler threw, events were dropped, a reconnect failed. Raised in order, one at a time, on the thread pool; a slow
    /// handler delays the next report and nothing else.
    /// </summary>
    event EventHandler<WampBackgroundErrorEventArgs>? BackgroundError;

    /// <summary>Where the client is in its life.</summary>
    WampClientState State { get; }

    /// <summary>The current session; <see langword="null"/> unless <see cref="WampClientState.Connected"/>.</summary>
    WampSessionDetails? Session { get; }

    /// <summary>How arguments become JSON values and back.</summary>
    IWampPayloadSerializer PayloadSerializer { get; }

    /// <summary>Connects and joins the realm. After a failure it may be called again.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>A task that completes when the client is connected.</returns>
    /// <exception cref="WampConnectionException">The router could not be reached or refused; the message says why.</exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Says goodbye to the router, waits for its answer up to <see cref="WampClientOptions.CloseTimeout"/> and ends everything. The client cannot be connected again; of several
    /// calls the first says the reason.
    /// </summary>
    /// <param name="reason">Why, as a URI: the <c>Reason</c> of GOODBYE.</param>
    /// <param name="message">Why, in words for whoever reads the router's log; <see langword="null"/>: none.</param>
    /// <param name="cancellationToken">Ends the wait for the router's answer: everything is then ended without it.</param>
    /// <returns>A task that completes when the connection is closed.</returns>
    /// <exception cref="ArgumentException">The reason is no URI.</exception>
    Task CloseAsync(string reason = WampClient.CloseReason, string? message = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes without waiting for the router: the task completes when the event is on its way, and waits while too much is unsent.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="arguments">What to publish, such as <c>[21.5, "C"]</c>.</param>
    /// <param name="options">How to publish.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the event is on its way.</returns>
    ValueTask PublishAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes and waits until the router has accepted it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="arguments">What to publish.</param>
    /// <param name="options">How to publish.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The publication's id.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    Task<long> PublishAcknowledgedAsync(string topic, WampPayload? arguments = null, WampPublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes a handler. Events are handled one after the other, each awaited before the next; a slow handler delays only itself.</summary>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="handler">What to do with an event. What it throws is reported by <see cref="BackgroundError"/>.</param>
    /// <param name="options">How to subscribe.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The subscription; dispose it to unsubscribe.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    Task<WampSubscription> SubscribeAsync(string topic, Func<WampEvent, Task> handler, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes and keeps the events until they are read with <c>await foreach</c>.</summary>
    /// <param name="topic">The topic, or a pattern if the options say so.</param>
    /// <param name="options">How to subscribe; how many events to keep, and what to lose beyond them.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The events; dispose it to unsubscribe.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    Task<WampEventFeed> SubscribeAsync(string topic, WampSubscribeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Calls a procedure.</summary>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with, such as <c>[2, 3]</c>.</param>
    /// <param name="options">How to call, and how long to wait.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>All arguments of the result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    [OverloadResolutionPriority(1)]     // CallAsync("…", null) means no arguments
    Task<WampArguments> CallAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Calls a procedure with arguments in pieces: every piece is sent as soon as it is there (spec: "Progressive Call Invocations").</summary>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends it.</param>
    /// <param name="options">How to call, and how long to wait from the first piece on.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>All arguments of the result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    Task<WampArguments> CallAsync(string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Calls a procedure and yields its results as they come (spec: "Progressive Call Results"). Ending the enumeration early cancels the call.</summary>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    [OverloadResolutionPriority(1)]
    IAsyncEnumerable<WampArguments> CallProgressivelyAsync(string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Calls a procedure with arguments in pieces and yields its results as they come: a stream both ways. Ending the enumeration early cancels the call.</summary>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends the results.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    IAsyncEnumerable<WampArguments> CallProgressivelyAsync(string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Registers a procedure. Its invocations run at once up to <see cref="WampRegisterOptions.Concurrency"/>.</summary>
    /// <param name="procedure">The procedure's URI, or a pattern if the options say so.</param>
    /// <param name="handler">Answers a call. To answer with an error, throw a <see cref="WampException"/>.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    Task<WampRegistration> RegisterAsync(
        string procedure, Func<WampInvocation, Task<WampPayload?>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default);
}
