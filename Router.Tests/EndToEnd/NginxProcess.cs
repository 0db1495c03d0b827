using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WampRouter.Tests.EndToEnd;

/// <summary>A real nginx before the router: one process with a configuration of its own, at a port of its own, in the foreground.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string Executable = "/usr/sbin/nginx";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _process;
    private readonly string _directory;

    private NginxProcess(ChildProcess process, string directory, int port) => (_process, _directory, Port) = (process, directory, port);

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="router">Where it passes everything on.</param>
    /// <param name="location">What stands in the location besides <c>proxy_pass</c>.</param>
    public static async Task<NginxProcess> StartAsync(Uri router, string location)
    {
        Assert.That(File.Exists(Executable), "there is no nginx: ./test.sh installs it");
        var directory = Directory.CreateTempSubdirectory("wamprouter-nginx-").FullName;
        var port = FreePort();
        var file = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:{{port}};
                    location / {
                        proxy_pass http://{{router.Authority}};
                        {{location}}
                    }
                }
            }
            """));
        var nginx = new NginxProcess(ChildProcess.Start([Executable], ["-p", directory, "-e", "stderr", "-c", file]), directory, port);
        try
        {
            await nginx.ListensAsync();
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    // nginx takes no port 0. Between this and its start somebody else could take the port; the start would fail with the reason in its output.
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task ListensAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), patience.Token);
                return;
            }
            catch (SocketException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
            catch (OperationCanceledException)
            {
                throw new AssertionException($"nginx does not listen.\n{_process}");
            }
        }
    }
}
