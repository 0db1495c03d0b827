using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What a client reports in the background, one after the other.</summary>
internal sealed class BackgroundErrors
{
    private readonly Channel<WampBackgroundErrorEventArgs> _errors = Channel.CreateUnbounded<WampBackgroundErrorEventArgs>();

    public BackgroundErrors(IWampClient client) => client.BackgroundError += (_, e) => _errors.Writer.TryWrite(e);

    public Task<WampBackgroundErrorEventArgs> NextAsync() => _errors.Reader.ReadAsync().Soon();
}
