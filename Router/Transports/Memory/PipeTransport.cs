using System.IO.Pipelines;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;

namespace WampRouter.Transports.Memory;

/// <summary>
/// Runs connections over any pipe, with messages in the framing of RawSocket, without its handshake. Whoever has the pipe says who is at the other end; what he does not say is not assumed. Any thread.
/// </summary>
/// <param name="services">What all connections share.</param>
/// <param name="receivers">Makes the sessions.</param>
/// <param name="logger">Gets what peers do wrong.</param>
internal sealed class PipeTransport(TransportServices services, IReceiverFactory receivers, ILogger logger)
{
    /// <summary>Lets a connection in, if there is a place for it, and runs it to its end.</summary>
    /// <param name="pipe">The router's end. Completed when the connection ends: the output with an error where the router dropped it. Untouched where there is no place.</param>
    /// <param name="info">Who is at the other end, and what it speaks; the framing is <see cref="Wire.Framing.RawSocket"/>.</param>
    public Entering TryRun(IDuplexPipe pipe, ConnectionDetails info)
    {
        var entering = services.Admittance.TryEnter(info.Address);
        if (entering.IsGranted)
        {
            Run(pipe, info);
        }

        return entering;
    }

    /// <summary>Runs a connection for which a place is taken already, to its end. Returns at once.</summary>
    /// <param name="pipe">As for <see cref="TryRun"/>.</param>
    /// <param name="info">Likewise.</param>
    public void Run(IDuplexPipe pipe, ConnectionDetails info) => _ = RunAsync(pipe, info);

    /// <summary>Runs a connection to its end. Everything that can fail is handled inside, so nobody needs to await it.</summary>
    private async Task RunAsync(IDuplexPipe pipe, ConnectionDetails info)
    {
        var framing = new MemoryFraming(logger, new MessageLimits(services.Options.MaxMessageBytes));
        var isOrderly = await new MessageConnection(services, new TransportLink(pipe, framing, info, logger)).RunAsync(receivers);
        await pipe.Input.CompleteAsync();
        await pipe.Output.CompleteAsync(isOrderly ? null : new IOException("The router dropped the connection."));
    }
}
