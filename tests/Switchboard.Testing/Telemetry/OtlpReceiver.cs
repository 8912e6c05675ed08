using System.Buffers.Binary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.Testing.Telemetry;

/// <summary>
/// A collector on loopback: OpenTelemetry's protocol over gRPC (HTTP/2 without TLS) at one port and as protobuf over
/// HTTP/1.1 at another. It keeps what it gets.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const string TracesService = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const string MetricsService = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private const int GrpcFrame = 5;

    private readonly WebApplication _application;
    private readonly Lock _gate = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<ReceivedPoint> _points = [];
    private readonly List<string> _requests = [];

    private OtlpReceiver(WebApplication application) => _application = application;

    /// <summary>The address that speaks gRPC.</summary>
    public Uri Grpc => AddressAt(0);

    /// <summary>The address that speaks protobuf over HTTP; the paths are <c>/v1/traces</c> and <c>/v1/metrics</c>.</summary>
    public Uri Http => AddressAt(1);

    /// <summary>The header <c>x-test-key</c> that came last; null without.</summary>
    public string? Key { get; private set; }

    /// <summary>The spans so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_gate)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>The points so far, also those that later ones of the same labels replace.</summary>
    public IReadOnlyList<ReceivedPoint> Points
    {
        get
        {
            lock (_gate)
            {
                return [.. _points];
            }
        }
    }

    /// <summary>What was asked for, in order: protocol and path.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Starts one.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var application = builder.Build();
        var receiver = new OtlpReceiver(application);
        application.Run(receiver.TakeAsync);
        await application.StartAsync();
        return receiver;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private Uri AddressAt(int place) => new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(place));

    private async Task TakeAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        var isGrpc = context.Request.ContentType == "application/grpc";
        Take(context.Request, isGrpc ? Unframe(body) : body, isGrpc);
        if (isGrpc)
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[GrpcFrame], context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            context.Response.ContentType = "application/x-protobuf";
        }
    }

    private void Take(HttpRequest request, ReadOnlySpan<byte> message, bool isGrpc)
    {
        var path = request.Path.Value!;
        var spans = path is TracesService or "/v1/traces" ? OtlpMessages.ReadSpans(message) : [];
        var points = path is MetricsService or "/v1/metrics" ? OtlpMessages.ReadPoints(message) : [];
        lock (_gate)
        {
            Key = request.Headers.TryGetValue("x-test-key", out var key) ? key.ToString() : Key;
            _requests.Add($"{(isGrpc ? "grpc" : "http")} {path}");
            _spans.AddRange(spans);
            _points.AddRange(points);
        }
    }

    // One message, uncompressed, behind a flag and its length.
    private static ReadOnlySpan<byte> Unframe(byte[] body) => body.AsSpan(GrpcFrame, (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)));
}
