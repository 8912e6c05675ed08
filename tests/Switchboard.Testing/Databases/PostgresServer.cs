using System.Globalization;
using System.Security.Cryptography;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;
using Switchboard.Testing.Time;

namespace Switchboard.Testing.Databases;

/// <summary>
/// A real PostgreSQL on loopback with a folder of its own, which can be killed and started again. As root it is run as
/// the user <c>postgres</c>, for it refuses to run as root.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"switchboard-postgres-{Guid.NewGuid():N}");
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private readonly HeldPort _port = new();
    private ChildProcess? _process;
    private int _databases;

    private PostgresServer()
    {
    }

    /// <summary>Where its programs are; Debian keeps them off the path.</summary>
    private static string? Programs { get; } =
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : Path.GetDirectoryName(RequiredTool.Find("initdb"));

    /// <summary>Why tests with it are skipped; null where it is here.</summary>
    /// <exception cref="FileNotFoundException">It is missing under CI.</exception>
    public static string? SkipReason => Programs is null ? RequiredTool.Missing("PostgreSQL is not installed (Debian package postgresql).") : null;

    /// <summary>Where it listens.</summary>
    public int Port => _port.Number;

    /// <summary>Makes a server and starts it.</summary>
    public static async Task<PostgresServer> StartNewAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer();
        await server.CreateAsync(cancellationToken);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its URL.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await RunAsync(Program("createdb"), ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, name], cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"postgres://{User}:{_password}@127.0.0.1:{Port}/{name}");
    }

    /// <summary>The whole of a database as text.</summary>
    public Task<string> DumpAsync(string url, CancellationToken cancellationToken) => RunAsync(Program("pg_dump"), [url], cancellationToken);

    /// <summary>Starts it, or starts it again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Durability is the server's affair and not what is tested: without it tests take a third of the time.
        var line = string.Create(CultureInfo.InvariantCulture, $"exec '{Program("postgres")}' -D '{_folder}/data' -h 127.0.0.1 -p {Port} -k '{_folder}' -c fsync=off -c max_connections=100 2>&1");
        _process = Start("/bin/sh", ["-c", line]);
        await _process.WaitForOutputAsync(output => output.Contains("ready to accept connections", StringComparison.Ordinal) ? output : null, cancellationToken);
    }

    /// <summary>Ends it and everything it runs at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Ends it and forgets what it has.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _port.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, _password, cancellationToken);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("/bin/chown", ["-R", $"{User}:{User}", _folder], cancellationToken, asServer: false);
        }

        await RunAsync(Program("initdb"), ["-D", $"{_folder}/data", "-U", User, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale", "C.UTF-8", "-N"], cancellationToken);
    }

    private async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken, bool asServer = true)
    {
        await using var process = asServer ? Start(program, arguments) : ChildProcess.Start(program, arguments, Variables(), "/");
        return await process.WaitForExitAsync(TimeLimit.Default * 2, cancellationToken) == 0
            ? process.Output
            : throw new InvalidOperationException($"{program} failed: {process.Output}{process.Errors}");
    }

    private ChildProcess Start(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ChildProcess.Start("/usr/bin/setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", program, .. arguments], Variables(), "/")
        : ChildProcess.Start(program, arguments, Variables(), "/");

    private Dictionary<string, string> Variables() => new() { ["PATH"] = "/usr/bin:/bin", ["LC_ALL"] = "C.UTF-8", ["PGPASSWORD"] = _password };

    private static string Program(string name) => Path.Combine(Programs!, name);
}
