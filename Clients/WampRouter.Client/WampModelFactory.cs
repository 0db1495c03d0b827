using WampRouter.Client.Rpc;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// Makes what a client returns and hands to handlers, without a router: for tests that put something else in the place of an <see cref="IWampClient"/>.
/// </summary>
public static class WampModelFactory
{
    /// <summary>Arguments as if they had been received.</summary>
    /// <param name="sent">What was sent; <see langword="null"/>: nothing.</param>
    /// <param name="serializer">Writes and reads the values. Default: <see cref="WampJsonSerializer.Default"/>.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="WampSerializationException">The serializer does not write one of them.</exception>
    public static WampArguments Arguments(WampPayload? sent, IWampPayloadSerializer? serializer = null) => Received(sent, serializer ?? WampJsonSerializer.Default, default);

    /// <summary>Details as if a router had sent them.</summary>
    /// <param name="entries">What they say, such as <c>["publisher"] = 17</c>.</param>
    /// <returns>The details.</returns>
    /// <exception cref="WampSerializationException">One of them cannot be written.</exception>
    public static WampDetails Details(IReadOnlyDictionary<string, object?>? entries = null) =>
        new(WireFormat.Json, EncodedDictionary.From(entries ?? new Dictionary<string, object?>(), WampJsonSerializer.Default), WampJsonSerializer.Default);

    /// <summary>A session as if a router had welcomed the client.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="realm">The realm that was joined.</param>
    /// <param name="details">What WELCOME says, such as <c>["authid"] = "anna"</c>.</param>
    /// <returns>The session's details.</returns>
    public static WampSessionDetails Session(long id, string realm, IReadOnlyDictionary<string, object?>? details = null)
    {
        ArgumentNullException.ThrowIfNull(realm);
        return new WampSessionDetails(id, realm, "wamp.2.json", Details(details), []);
    }

    /// <summary>An event as if it had been published.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="arguments">What was published.</param>
    /// <param name="details">What the router says of it, such as <c>["publisher"] = 17</c>.</param>
    /// <param name="publicationId">The publication's id.</param>
    /// <returns>The event.</returns>
    public static WampEvent Event(string topic, WampPayload? arguments = null, IReadOnlyDictionary<string, object?>? details = null, long publicationId = 1)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new WampEvent(topic, publicationId, Details(details), Received(arguments, WampJsonSerializer.Default, new(ArgumentRole.Event, topic)));
    }

    /// <summary>A call as if a caller had made it: give it to the handler that was registered.</summary>
    /// <param name="procedure">The procedure that is called.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="details">What the router says of it, such as <c>["caller_authid"] = "anna"</c>.</param>
    /// <param name="onProgress">Gets what <see cref="WampInvocation.ReportProgressAsync"/> sends; <see langword="null"/>: the caller takes no results before the last.</param>
    /// <param name="canceled">When the caller cancels the call.</param>
    /// <returns>The call.</returns>
    public static WampInvocation Invocation(
        string procedure,
        WampPayload? arguments = null,
        IReadOnlyDictionary<string, object?>? details = null,
        Action<WampPayload>? onProgress = null,
        CancellationToken canceled = default)
    {
        ArgumentNullException.ThrowIfNull(procedure);
        var entries = new Dictionary<string, object?>(details ?? new Dictionary<string, object?>()) { ["receive_progress"] = onProgress is not null };
        var invocation = new WampInvocation(
            new DetachedInvocation(onProgress),
            request: 1,
            procedure,
            new WampRegisterOptions(),
            Details(entries),
            Received(arguments, WampJsonSerializer.Default, new(ArgumentRole.Invocation, procedure)));
        canceled.UnsafeRegister(static call => ((WampInvocation)call!).Interrupt(), invocation);
        return invocation;
    }

    /// <summary>A subscription as if a router had granted it.</summary>
    /// <param name="topic">The topic or pattern.</param>
    /// <param name="onDispose">What <see cref="WampSubscription.DisposeAsync"/> does.</param>
    /// <param name="revoked">Completes when the router takes it back. Default: never.</param>
    /// <returns>The subscription.</returns>
    public static WampSubscription Subscription(string topic, Func<ValueTask>? onDispose = null, Task<string>? revoked = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new WampSubscription(topic, revoked ?? Never, static () => 0, Disposal(onDispose));
    }

    /// <summary>A feed of events that are there already; it ends behind them.</summary>
    /// <param name="topic">The topic or pattern.</param>
    /// <param name="events">The events, for example from <see cref="Event"/>.</param>
    /// <param name="onDispose">What <see cref="WampEventFeed.DisposeAsync"/> does.</param>
    /// <returns>The feed.</returns>
    public static WampEventFeed EventFeed(string topic, IEnumerable<WampEvent> events, Func<ValueTask>? onDispose = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(events);
        return new WampEventFeed(topic, Never, static () => 0, events.ToAsyncEnumerable(), Disposal(onDispose));
    }

    /// <summary>A registration as if a router had granted it.</summary>
    /// <param name="procedure">The procedure or pattern.</param>
    /// <param name="onDispose">What <see cref="WampRegistration.DisposeAsync"/> does.</param>
    /// <param name="revoked">Completes when the router takes it back. Default: never.</param>
    /// <returns>The registration.</returns>
    public static WampRegistration Registration(string procedure, Func<ValueTask>? onDispose = null, Task<string>? revoked = null)
    {
        ArgumentNullException.ThrowIfNull(procedure);
        return new WampRegistration(procedure, revoked ?? Never, Disposal(onDispose));
    }

    private static Task<string> Never { get; } = new TaskCompletionSource<string>().Task;

    private static Func<Task> Disposal(Func<ValueTask>? onDispose) => onDispose is null ? static () => Task.CompletedTask : () => onDispose().AsTask();

    private static WampArguments Received(WampPayload? sent, IWampPayloadSerializer serializer, ArgumentOrigin origin)
    {
        using var payload = EncodedPayload.From(sent, serializer);
        return new WampArguments(payload.Payload, serializer, origin, payload.Passthru);
    }
}
