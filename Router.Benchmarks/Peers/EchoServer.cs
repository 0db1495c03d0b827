using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Benchmarks.Peers;

/// <summary>
/// The <c>echo</c> command: sends every message back, over the very connections the router uses, so that WebSocket test suites such
/// as Autobahn's can be pointed at them.
/// </summary>
internal static class EchoServer
{
    // The suites send messages of 16 MiB and read only when they have sent.
    private const int LargestMessage = 16 * 1024 * 1024;
    private const int LargestBacklog = 4 * LargestMessage;

    public static Task<int> RunAsync(CommandOptions options) => OwnServer.RunAsync(
        options,
        services => services
            .AddSingleton(SubprotocolPolicy.NoneRequired)
            .AddTransports(new TransportOptions { MaxMessageBytes = LargestMessage, OutboxBytes = LargestBacklog })
            .AddSingleton<IReceiverFactory, Echoes>(),
        listener => listener.UseFrontDoor(listener.ApplicationServices.GetRequiredService<WebSocketEntrance>(), "/"));

    private sealed class Echoes : IReceiverFactory
    {
        public IMessageReceiver Create(IConnection connection) => new Echo((MessageConnection)connection);
    }

    private sealed class Echo(MessageConnection connection) : IMessageReceiver
    {
        private byte[] _frame = [];

        public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
        {
            if (_frame.Length < message.Length + ServerFrame.MaxHeaderSize)
            {
                _frame = new byte[message.Length + ServerFrame.MaxHeaderSize];
            }

            var opcode = connection.IsReceivingText ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
            var header = ServerFrame.WriteHeader(_frame, opcode, message.Length);
            message.CopyTo(_frame.AsSpan(header));
            var result = connection.Outbox.TryEnqueue(_frame.AsSpan(0, header + message.Length), batch);
            return result == EnqueueResult.Accepted ? ReceiveStatus.Continue : ReceiveStatus.Close;
        }

        public ValueTask<ReceiveStatus> ResumeAsync() => throw new InvalidOperationException("an echo never waits");

        public void Disconnected(DisconnectReason reason)
        {
            // Nothing is owned beyond the connection itself.
        }
    }
}
