using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Under TLS the end of the stream is announced by close_notify: strict peers take anything else for an attack.</summary>
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.EndpointTls)]
internal sealed class TlsEndTests(WayIn way)
{
    private const byte Alert = 21;
    private const string Request = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    [TestCase(WebSocketOpcode.Close, TestName = "Close_Answered_EndsWithCloseNotify")]
    [TestCase((WebSocketOpcode)3, TestName = "Fault_OfThePeer_EndsWithCloseNotify")]
    public async Task End(WebSocketOpcode opcode)
    {
        await using var rig = await WebSocketRig.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, rig.AddressOf(way).Port).Soon();
        using var wire = new RecordingStream(new NetworkStream(socket));
        await using var tls = new SslStream(wire);
        await tls.AuthenticateAsClientAsync(OldestTls()).Soon();
        await tls.WriteAsync(Encoding.ASCII.GetBytes(Request)).Soon();
        var input = PipeReader.Create(tls);
        await WebSocketRig.ReadHeadAsync(input);

        await tls.WriteAsync(FrameClient.Frame(opcode, [])).Soon();
        using var rest = new MemoryStream();
        await input.AsStream().CopyToAsync(rest).Soon();

        Assert.That(rest.ToArray()[0], Is.EqualTo(0x88), "Close");
        Assert.That(wire.RecordTypes()[^1], Is.EqualTo(Alert));
    }

    private static SslClientAuthenticationOptions OldestTls() => new()
    {
        TargetHost = "localhost",
#pragma warning disable CA5398 // the last version whose records say in clear text what they are
        EnabledSslProtocols = SslProtocols.Tls12,
#pragma warning restore CA5398
#pragma warning disable CA5359 // the certificate was made a moment ago by this very process
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    /// <summary>Keeps what is read through it.</summary>
    private sealed class RecordingStream(Stream inner) : Stream
    {
        private readonly List<byte> _read = [];

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>What the TLS records are that have come so far.</summary>
        public List<byte> RecordTypes()
        {
            var types = new List<byte>();
            for (var at = 0; at < _read.Count; at += 5 + (_read[at + 3] << 8) + _read[at + 4])
            {
                types.Add(_read[at]);
            }

            return types;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            _read.AddRange(buffer.Span[..count]);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
