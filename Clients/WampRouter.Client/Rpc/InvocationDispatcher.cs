using System.Collections.Concurrent;
using WampRouter.Client.Serialization;
using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client.Rpc;

/// <summary>The callee side of one session: finds the procedure of an INVOCATION, runs it on the registration's pump and answers.</summary>
internal sealed class InvocationDispatcher(Session session, WampClientOptions options, ISessionOwner owner) : IInvocationOwner
{
    /// <summary>What an ERROR says of itself is cut there, so that it can be sent whatever the router takes.</summary>
    private const int MaxErrorText = 512;

    private readonly ConcurrentDictionary<ulong, WampInvocation> _running = new();
    private readonly EndedInvocations _ended = new();

    /// <summary>The session's registrations, by id.</summary>
    public ConcurrentDictionary<ulong, Registration> Registrations { get; } = new();

    /// <summary>Takes an INVOCATION, or the next piece of one. Read loop only; never waits. Returns a violation of the router, or null.</summary>
    public string? Dispatch(in WampMessage message)
    {
        // Looked for in this order: an invocation moves from the first to the second.
        if (_running.TryGetValue(message.Request, out var running))
        {
            return running.TryTake(WampArguments.Of(message, options.PayloadSerializer, new(ArgumentRole.Invocation, running.Procedure)), DetailsOf(message).GetBoolean("progress"))
                ? null
                : $"INVOCATION {message.Request} came twice, and not in pieces";
        }

        if (!_ended.Contains(message.Request))
        {
            Begin(message);
        }

        return null;
    }

    /// <summary>Answers an INVOCATION that cannot be read; where it is the next piece of one, the procedure learns of it as it reads. Read loop only.</summary>
    public void Refuse(in WampMessage message, string text)
    {
        var moreFollows = DetailsOf(message).GetBoolean("progress");
        if (_running.TryGetValue(message.Request, out var running))
        {
            running.FailPieces(new WampException(WampErrorUri.InvalidArgument, text), moreFollows);
        }
        else if (!_ended.Contains(message.Request))
        {
            Refuse(message.Request, moreFollows, WampErrorUri.InvalidArgument, text);
        }
    }

    /// <summary>INTERRUPT; one that comes too late finds nothing.</summary>
    public void Interrupt(ulong request)
    {
        if (_running.TryGetValue(request, out var invocation))
        {
            invocation.Interrupt();
        }
    }

    /// <summary>The session is over: nobody waits for any result.</summary>
    public void Interrupt()
    {
        Registrations.Clear();
        foreach (var invocation in _running.Values)
        {
            invocation.Interrupt();
        }
    }

    /// <summary>Runs one invocation and answers it. Never throws: it is the work of a pump.</summary>
    public async Task RunAsync(WampInvocation invocation, Func<WampInvocation, Task<WampPayload?>> procedure)
    {
        var operation = owner.Telemetry.BeginInvoke(invocation);
        try
        {
            var result = await procedure(invocation).ConfigureAwait(false);
            invocation.End();
            await YieldAsync(invocation, result).ConfigureAwait(false);
        }
        catch (WampConnectionException) when (session.Ended.IsCompleted)
        {
            // The caller has learned from the router that its callee left.
        }
        catch (Exception e)
        {
            // User code may throw anything; it ends with the call it was thrown for.
            operation.Fail(e);
            await AnswerAsync(invocation, e).ConfigureAwait(false);
        }
        finally
        {
            if (invocation.IsUnfinished)
            {
                _ended.Add(invocation.Request);
            }

            _running.TryRemove(invocation.Request, out _);
            operation.End();
        }
    }

    /// <summary>Sends a result before the last.</summary>
    public async ValueTask ReportAsync(WampInvocation invocation, WampPayload result, CancellationToken cancellationToken)
    {
        using var payload = EncodedPayload.From(result, options.PayloadSerializer);
        await session.Outbox.SendAsync(new YieldMessage(invocation.Request, isLast: false, payload), null, cancellationToken, isBulk: true).ConfigureAwait(false);
    }

    private void Begin(in WampMessage message)
    {
        if (!Registrations.TryGetValue(message.Registration, out var registration))
        {
            Refuse(message.Request, DetailsOf(message).GetBoolean("progress"), WampErrorUri.NoSuchProcedure, "The procedure is no longer registered.");
            return;
        }

        var arguments = WampArguments.Of(message, options.PayloadSerializer, new(ArgumentRole.Invocation, registration.Procedure));
        var invocation = new WampInvocation(this, message.Request, registration.Procedure, registration.Options, DetailsOf(message), arguments);
        _running[message.Request] = invocation;
        if (!registration.TryPost(invocation))
        {
            _running.TryRemove(message.Request, out _);
            Refuse(message.Request, invocation.IsInPieces, WampErrorUri.Unavailable, $"'{invocation.Procedure}' has too many calls waiting.");
        }
    }

    private WampDetails DetailsOf(in WampMessage message) => new(message.Format, message.Options, options.PayloadSerializer);

    private void Refuse(ulong request, bool moreFollows, string uri, string text)
    {
        if (moreFollows)
        {
            _ended.Add(request);
        }

        PostError(request, uri, text);
    }

    private async Task YieldAsync(WampInvocation invocation, WampPayload? result)
    {
        try
        {
            using var payload = EncodedPayload.From(result, options.PayloadSerializer);
            await session.Outbox.SendAsync(new YieldMessage(invocation.Request, isLast: true, payload), null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not WampConnectionException)
        {
            // The procedure has done its work: neither its caller nor its owner may take this for a failure of it.
            Unsent(invocation, WampErrorUri.RuntimeError, "The procedure ran, but its result could not be sent.", e);
        }
    }

    /// <summary>An answer that the serializer does not write, or the router does not take: its caller gets another one.</summary>
    private void Unsent(WampInvocation invocation, string uri, string text, Exception cause)
    {
        owner.Report(WampBackgroundErrorKind.ProcedureFailed, invocation.Procedure, cause);
        if (cause is WampException { ErrorUri: WampErrorUri.PayloadSizeExceeded })
        {
            (uri, text) = (WampErrorUri.PayloadSizeExceeded, cause.Message);
        }
        else if (options.SendExceptionMessages)
        {
            text = $"{text} {cause.Message}";
        }

        PostError(invocation.Request, uri, text);
    }

    private async Task AnswerAsync(WampInvocation invocation, Exception failure)
    {
        var (uri, arguments) = failure switch
        {
            WampException e when Uris.IsValid(e.ErrorUri) => (e.ErrorUri, e.Payload),
            OperationCanceledException when invocation.IsInterrupted => (WampErrorUri.Canceled, ["The call was canceled."]),
            _ => (WampErrorUri.RuntimeError, [options.SendExceptionMessages ? failure.Message : "The procedure failed."]),
        };
        if (uri == WampErrorUri.RuntimeError)
        {
            owner.Report(WampBackgroundErrorKind.ProcedureFailed, invocation.Procedure, failure);
        }

        try
        {
            using var payload = EncodedPayload.From(arguments, options.PayloadSerializer);
            await session.Outbox.SendAsync(new ErrorMessage(invocation.Request, uri, payload), null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (WampConnectionException)
        {
            // The session ended meanwhile; so did the call.
        }
        catch (Exception e)
        {
            // The arguments of the user's own exception cannot be sent: the caller still gets its answer.
            Unsent(invocation, uri, "The arguments of this error could not be sent.", e);
        }
    }

    private void PostError(ulong request, string uri, string text)
    {
        using var payload = EncodedPayload.From([text.Length <= MaxErrorText ? text : text[..MaxErrorText]], WampJsonSerializer.Default);
        session.Outbox.TryPost(new ErrorMessage(request, uri, payload));
    }
}
