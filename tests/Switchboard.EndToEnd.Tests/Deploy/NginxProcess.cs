using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.EndToEnd.Tests.Deploy;

/// <summary>A real nginx with the configuration of <c>deploy/nginx</c>, on a port of its own, in front of given gateways.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProcess _process;

    private NginxProcess(string folder, ChildProcess process, Uri url)
    {
        _folder = folder;
        _process = process;
        Url = url;
    }

    public static string? SkipReason => RequiredTool.SkipReason("nginx");

    public Uri Url { get; }

    /// <summary>What it has to say.</summary>
    public string Errors => _process.Errors;

    public static async Task<NginxProcess> StartAsync(string[] gateways, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-nginx-").FullName;
        var port = QuietPort.Find();
        var upstream = string.Join('\n', gateways.Select(gateway => $"    server {gateway} max_fails=0;"));
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine("deploy", "nginx", "upstream.conf"), cancellationToken);
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith("server ", StringComparison.Ordinal)).ToList();
        lines.Insert(lines.FindIndex(line => line.StartsWith("upstream ", StringComparison.Ordinal)) + 1, upstream);
        await WriteAsync(folder, string.Join('\n', lines), $"127.0.0.1:{port}", cancellationToken);

        var process = Start(folder, ["-g", "daemon off;"]);
        var nginx = new NginxProcess(folder, process, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            await nginx.UntilItAnswersAsync(cancellationToken);
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has it check the configuration as it lies in <c>deploy/</c>, with these gateways.</summary>
    public static async Task<(int ExitCode, string Errors)> CheckAsync(string upstream, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-nginx-").FullName;
        try
        {
            await WriteAsync(folder, await File.ReadAllTextAsync(upstream, cancellationToken), null, cancellationToken);
            await using var process = Start(folder, ["-t"]);
            return (await process.WaitForExitAsync(cancellationToken), process.Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task WriteAsync(string folder, string upstream, string? listen, CancellationToken cancellationToken)
    {
        var site = await File.ReadAllTextAsync(RepositoryRoot.Combine("deploy", "nginx", "switchboard.conf"), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "switchboard.conf"), listen is null ? site : site.Replace("listen 80;", $"listen {listen};", StringComparison.Ordinal), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "upstream.conf"), upstream, cancellationToken);

        // Around them what a distribution has in its nginx.conf, in this folder. As root its workers would be another
        // user, who may not look into it.
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nginx.conf"),
            $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 2;
            pid {{folder}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                include {{folder}}/upstream.conf;
                include {{folder}}/switchboard.conf;
            }
            """,
            cancellationToken);
    }

    private static ChildProcess Start(string folder, string[] arguments) => ChildProcess.Start(
        RequiredTool.Find("nginx")!,
        ["-e", "stderr", "-p", folder, "-c", Path.Combine(folder, "nginx.conf"), .. arguments],
        new Dictionary<string, string>(),
        folder);

    private async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit.Default);
        while (true)
        {
            Assert.False(_process.HasExited, $"nginx has ended: {Errors}");
            try
            {
                using var answer = await client.GetAsync(new Uri(Url, "live"), limit.Token);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }
}
