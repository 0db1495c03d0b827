using System.Globalization;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The proxies for which a configuration is shipped, and which Debian has.</summary>
public enum ProxyKind
{
    /// <summary><c>config/nginx.conf</c></summary>
    Nginx,

    /// <summary><c>config/haproxy.cfg</c></summary>
    HaProxy,
}

/// <summary>A real proxy with the configuration that is shipped for it: what an admin replaces (names, paths, addresses) is replaced, and so is the time after which it ends what is silent.</summary>
internal sealed class ShippedProxy : IAsyncDisposable
{
    /// <summary>The name that the configurations stand for.</summary>
    public const string Site = "wamp.example.com";

    private readonly ProxyKind _kind;
    private readonly string _directory = Directory.CreateTempSubdirectory("wamprouter-proxy-").FullName;
    private readonly TestAuthority _authority = new("authority");
    private ChildProcess? _process;

    private ShippedProxy(ProxyKind kind) => _kind = kind;

    /// <summary>Where it speaks HTTP over TLS.</summary>
    public int SecurePort { get; } = Ports.FindFree();

    /// <summary>Where it speaks HTTP.</summary>
    public int PlainPort { get; } = Ports.FindFree();

    /// <summary>Where it takes bytes over TLS.</summary>
    public int BytesPort { get; } = Ports.FindFree();

    /// <summary>The same as <see cref="SecurePort"/>, as a listener of the router has it.</summary>
    public string SecureUrl => Url(SecurePort);

    /// <summary>The same as <see cref="BytesPort"/>.</summary>
    public string BytesUrl => Url(BytesPort);

    private static string ShippedFile(ProxyKind kind) => Path.Combine(ShippedFiles.Root, "config", kind == ProxyKind.Nginx ? "nginx.conf" : "haproxy.cfg");

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="requests">The port of 127.0.0.1 that requests of HTTP go to.</param>
    /// <param name="bytes">The port that bytes go to.</param>
    /// <param name="idle">After how many seconds it ends what is silent.</param>
    /// <param name="edit">Changes the configuration further.</param>
    public static async Task<ShippedProxy> StartAsync(ProxyKind kind, int requests, int bytes, int idle = 90, Func<string, string>? edit = null)
    {
        var proxy = new ShippedProxy(kind);
        try
        {
            var file = await proxy.WriteAsync(requests, bytes, idle, edit);
            proxy._process = ChildProcess.Start([Executable(kind)], kind == ProxyKind.Nginx ? ["-e", "stderr", "-g", "daemon off;", "-c", file] : ["-db", "-f", file], proxy._directory);
            await Ports.WhenOpenAsync(proxy.SecurePort, proxy._process);
            await Ports.WhenOpenAsync(proxy.BytesPort, proxy._process);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the proxy itself check its configuration.</summary>
    /// <returns>The exit code, and what it prints.</returns>
    public static async Task<(int ExitCode, string Output)> CheckAsync(ProxyKind kind)
    {
        await using var proxy = new ShippedProxy(kind);
        var file = await proxy.WriteAsync(requests: 8080, bytes: 8081, idle: 90, edit: null);
        proxy._process = ChildProcess.Start([Executable(kind)], kind == ProxyKind.Nginx ? ["-t", "-e", "stderr", "-c", file] : ["-c", "-f", file], proxy._directory);
        return (await proxy._process.ExitAsync(), proxy._process.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>All it has printed.</summary>
    public override string ToString() => _process?.ToString() ?? "";

    private static string Executable(ProxyKind kind)
    {
        var path = kind == ProxyKind.Nginx ? "/usr/sbin/nginx" : "/usr/sbin/haproxy";
        Assert.That(File.Exists(path), $"there is no {path}: ./test.sh installs it");
        return path;
    }

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}");

    private async Task<string> WriteAsync(int requests, int bytes, int idle, Func<string, string>? edit)
    {
        var certificate = TestAuthority.Write(_directory, "site.pem", _authority.Issue(Site, TestAuthority.ForServers, [Site]));
        var text = await File.ReadAllTextAsync(ShippedFile(_kind));
        foreach (var (shipped, here) in _kind == ProxyKind.Nginx ? OfNginx(certificate) : OfHaProxy(certificate))
        {
            text = Replace(text, shipped, here);
        }

        text = Replace(text, "127.0.0.1:8080", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{requests}"));
        text = Replace(text, "127.0.0.1:8081", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{bytes}"));
        text = Replace(text, "90s", string.Create(CultureInfo.InvariantCulture, $"{idle}s"));
        var file = Path.Combine(_directory, "proxy.conf");
        await File.WriteAllTextAsync(file, edit is null ? text : edit(text));
        return file;
    }

    private (string Shipped, string Here)[] OfNginx(string certificate) =>
    [
        ("user www-data;", $"user {Environment.UserName};"),
        ("/run/nginx.pid", $"{_directory}/nginx.pid"),
        ("error_log /var/log/nginx/error.log;", "error_log stderr;"),
        ("access_log /var/log/nginx/access.log;", $"access_log off; client_body_temp_path {_directory}/body; proxy_temp_path {_directory}/proxy; fastcgi_temp_path {_directory}/fastcgi; uwsgi_temp_path {_directory}/uwsgi; scgi_temp_path {_directory}/scgi;"),
        ("worker_rlimit_nofile 32768;", ""),
        ("worker_connections 16384;", "worker_connections 256;"),
        ("listen [::]:80;", ""), ("listen [::]:443 ssl http2;", ""), ("listen [::]:8090 ssl;", ""),
        ("listen 80;", Invariant($"listen 127.0.0.1:{PlainPort};")),
        ("listen 443 ssl", Invariant($"listen 127.0.0.1:{SecurePort} ssl")),
        ("listen 8090 ssl", Invariant($"listen 127.0.0.1:{BytesPort} ssl")),
        ($"/etc/letsencrypt/live/{Site}/fullchain.pem", certificate),
        ($"/etc/letsencrypt/live/{Site}/privkey.pem", certificate),
    ];

    private (string Shipped, string Here)[] OfHaProxy(string certificate) =>
    [
        ("log /dev/log local0", "log stdout format raw local0"),
        ("user haproxy", ""), ("group haproxy", ""),
        ("maxconn 16384", "maxconn 256"),
        ("bind :::80 v4v6", Invariant($"bind 127.0.0.1:{PlainPort}")),
        ("bind :::443 v4v6", Invariant($"bind 127.0.0.1:{SecurePort}")),
        ("bind :::8090 v4v6", Invariant($"bind 127.0.0.1:{BytesPort}")),
        ($"/etc/haproxy/certs/{Site}.pem", certificate),
    ];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Replace(string text, string shipped, string here)
    {
        Assert.That(text, Does.Contain(shipped), "the shipped file has another text: what the tests replace in it is out of step");
        return text.Replace(shipped, here, StringComparison.Ordinal);
    }
}
