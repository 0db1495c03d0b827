using System.Threading.Channels;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>
/// A call that waits for its result. When its caller stops waiting it stays in the table until the router has answered, because
/// the answer to a CANCEL is the answer to the call.
/// </summary>
internal sealed class PendingCall(string procedure, WampCallOptions options, Outbox outbox)
    : PendingRequest(MessageCode.Call, $"The call of '{procedure}'")
{
    private readonly TaskCompletionSource<WampArguments> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _canceledBy;

    /// <summary>Takes the results before the last; null if they were not asked for. Completed by the end of the call.</summary>
    public ChannelWriter<WampArguments>? Results { private get; init; }

    public override bool IsLast(in WampMessage reply) => reply.Code != MessageCode.Result || !IsProgress(reply);

    /// <summary>Waits for the result, the cancellation or the timeout. Called once, after the CALL was sent.</summary>
    public async Task<WampArguments> ResultAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using var onCancel = cancellationToken.UnsafeRegister(static (call, token) => ((PendingCall)call!).Cancel(token), this).ConfigureAwait(false);
        using var timer = options.Timeout is { } timeout
            ? time.CreateTimer(static call => ((PendingCall)call!).Expire(), this, timeout, Timeout.InfiniteTimeSpan)
            : null;
        try
        {
            return await _result.Task.ConfigureAwait(false);
        }
        finally
        {
            Results?.TryComplete();
        }
    }

    /// <summary>Sends another piece of the arguments, waiting for room if too much is unsent. Once the call has ended nobody wants it, and nothing is sent.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="moreFollows">Whether it is not the last.</param>
    /// <param name="serializer">Encodes it.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    public async ValueTask SendPieceAsync(WampPayload? piece, bool moreFollows, IWampPayloadSerializer serializer, CancellationToken cancellationToken)
    {
        if (!_result.Task.IsCompleted)
        {
            using var payload = EncodedPayload.From(piece, serializer);
            await outbox.SendAsync(new CallPieceMessage(Request, procedure, moreFollows, payload), null, cancellationToken, isBulk: true).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the call here and cancels it at the router, unless it has ended.</summary>
    public void Abandon(Exception cause)
    {
        if (_result.TrySetException(cause))
        {
            CancelAtRouter(WampCancelMode.KillNoWait);
        }
    }

    public override bool TryComplete(in WampMessage reply, IWampPayloadSerializer serializer)
    {
        switch (reply.Code)
        {
            case MessageCode.Result when !IsLast(reply):
                Take(WampArguments.Of(reply, serializer, new(ArgumentRole.Result, procedure)));
                return true;
            case MessageCode.Result:
                _result.TrySetResult(WampArguments.OfResult(reply, serializer, new(ArgumentRole.Result, procedure)));
                return true;
            case MessageCode.Error when _canceledBy.IsCancellationRequested:
                _result.TrySetCanceled(_canceledBy);
                return true;
            case MessageCode.Error:
                _result.TrySetException(Failure(reply, serializer));
                return true;
            default:
                return false;
        }
    }

    /// <summary>A result before the last is as good as the call: without it the others are worth nothing.</summary>
    public override void Misread(in WampMessage reply, string fault)
    {
        if (reply.Code == MessageCode.Error && _canceledBy.IsCancellationRequested)
        {
            _result.TrySetCanceled(_canceledBy);
        }
        else if (IsLast(reply))
        {
            Fail(MisreadFailure(reply, fault));
        }
        else
        {
            Abandon(MisreadFailure(reply, fault));
        }
    }

    public override void Fail(Exception exception) => _result.TrySetException(exception);

    private static bool IsProgress(in WampMessage result) =>
        new DictionaryReader(result.Format, result.Options).TryFind("progress"u8, out var progress) && progress.TryGetBoolean(out var more) && more;

    /// <summary>Read loop only, so it never waits for the reader of the results.</summary>
    private void Take(WampArguments result)
    {
        if (Results?.TryWrite(result) == false)
        {
            Abandon(new WampException(WampErrorUri.Unavailable, $"{Description} was canceled: {options.BufferSize} results wait to be read. Read them faster, or raise {nameof(WampCallOptions)}.{nameof(WampCallOptions.BufferSize)}."));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        _canceledBy = cancellationToken;
        CancelAtRouter(options.CancelMode);
        if (options.CancelMode != WampCancelMode.Kill)
        {
            _result.TrySetCanceled(cancellationToken);
        }
    }

    /// <summary>A router that does not know CANCEL lets the call run; its result is then dropped here.</summary>
    private void CancelAtRouter(WampCancelMode mode)
    {
        if (outbox.Knows(RouterFeatures.CallCanceling))
        {
            outbox.TryPost(new CancelMessage(Request, mode));
        }
    }

    private void Expire() =>
        Abandon(new WampException(WampErrorUri.Timeout, $"{Description} was not answered within {options.Timeout}."));
}
