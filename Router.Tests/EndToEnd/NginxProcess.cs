using System.Globalization;

namespace WampRouter.Tests.EndToEnd;

/// <summary>A real nginx before the router: one process with a configuration of its own, at a port of its own, in the foreground.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string Executable = "/usr/sbin/nginx";

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
        var port = Ports.FindFree();
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
            await Ports.WhenOpenAsync(port, nginx._process);
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
}
