using System.Threading.Channels;
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
    public ChannelWriter<WampArguments>? Pieces { private get; init; }

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
            Pieces?.TryComplete();
        }
    }

    public override bool TryComplete(in WampMessage reply, IWampPayloadSerializer serializer)
    {
        switch (reply.Code)
        {
            case MessageCode.Result when !IsLast(reply):
                Take(WampArguments.Of(reply, serializer));
                return true;
            case MessageCode.Result:
                _result.TrySetResult(WampArguments.Of(reply, serializer));
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

    public override void Fail(Exception exception) => _result.TrySetException(exception);

    private static bool IsProgress(in WampMessage result) =>
        new DictionaryReader(result.Format, result.Options).TryFind("progress"u8, out var progress) && progress.TryGetBoolean(out var more) && more;

    /// <summary>Read loop only, so it never waits for the reader of the results.</summary>
    private void Take(WampArguments piece)
    {
        if (Pieces?.TryWrite(piece) == false
            && _result.TrySetException(new WampException(WampErrorUri.Unavailable, $"{Description} was canceled: {options.BufferSize} results wait to be read.")))
        {
            outbox.TryPost(new CancelMessage(Request, WampCancelMode.KillNoWait));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        _canceledBy = cancellationToken;
        outbox.TryPost(new CancelMessage(Request, options.CancelMode));
        if (options.CancelMode != WampCancelMode.Kill)
        {
            _result.TrySetCanceled(cancellationToken);
        }
    }

    private void Expire()
    {
        if (_result.TrySetException(new WampException(WampErrorUri.Timeout, $"{Description} was not answered within {options.Timeout}.")))
        {
            outbox.TryPost(new CancelMessage(Request, WampCancelMode.KillNoWait));
        }
    }
}
