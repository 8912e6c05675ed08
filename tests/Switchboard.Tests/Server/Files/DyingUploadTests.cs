using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Files;
using Switchboard.Gateway.State;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Records.Files;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Files;

/// <summary>What a gateway leaves that is killed while it takes a file, and what becomes of it.</summary>
public sealed class DyingUploadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Until_a_file_is_known_its_bytes_are_what_an_upload_left()
    {
        Halting? records = null;
        await using var gateway = await FilesGateway.StartAsync(services: services => services.AddSingleton<IFileRecords>(
            provider => records = new Halting(new FileRecords(provider.GetRequiredService<SqlDatabase>(), TimeProvider.System))));
        var store = gateway.Gateway.Services.GetRequiredService<FileStore>();

        var sending = gateway.UploadAsync("lines", "user_data");
        await records!.Reached.WithinAsync("the record to be written", Token);
        var left = Assert.Single(Directory.GetFiles(gateway.Folder));
        Assert.EndsWith(".part", left, StringComparison.Ordinal);
        var copy = Path.Combine(gateway.Folder, $"{FileIds.New(TimeProvider.System)}.part");
        File.Copy(left, copy);
        File.SetLastWriteTimeUtc(copy, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        records.GoOn();
        var (status, file) = await sending;
        await store.SweepAsync(Token);

        Assert.Equal(200, status);
        Assert.Equal([FilesEndpointTests.Text(file, "id")], Directory.GetFiles(gateway.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_file_that_was_known_when_its_gateway_died_is_read_and_gets_its_name()
    {
        await using var gateway = await FilesGateway.StartAsync();
        var id = FilesEndpointTests.Text((await gateway.UploadAsync("lines", "user_data")).Json, "id")!;
        var (named, part) = (Path.Combine(gateway.Folder, id), Path.Combine(gateway.Folder, id + ".part"));
        File.Move(named, part);

        Assert.Equal("lines", await gateway.Gateway.Client.GetStringAsync($"/v1/files/{id}/content", Token));
        File.SetLastWriteTimeUtc(part, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        await gateway.Gateway.Services.GetRequiredService<FileStore>().SweepAsync(Token);
        Assert.Equal([named], Directory.GetFiles(gateway.Folder));
        Assert.Equal("lines", await gateway.Gateway.Client.GetStringAsync($"/v1/files/{id}/content", Token));

        File.Move(named, part);
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, $"/v1/files/{id}")).Status);
        Assert.Empty(Directory.GetFiles(gateway.Folder));
    }

    /// <summary>Records that take a file when the test says so.</summary>
    private sealed class Halting(IFileRecords records) : IFileRecords
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.SetResult();

        public async Task AddAsync(StoredFile file, CancellationToken cancellationToken)
        {
            _reached.SetResult();
            await _goOn.Task.WaitAsync(cancellationToken);
            await records.AddAsync(file, cancellationToken);
        }

        public Task<StoredFile?> FindAsync(string tenant, string id, CancellationToken cancellationToken) => records.FindAsync(tenant, id, cancellationToken);

        public Task<bool> HasAsync(string id, CancellationToken cancellationToken) => records.HasAsync(id, cancellationToken);

        public Task<RecordsPage<StoredFile>> ListAsync(string tenant, string? purpose, RecordsQuery query, CancellationToken cancellationToken) => records.ListAsync(tenant, purpose, query, cancellationToken);

        public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => records.DeleteAsync(id, cancellationToken);

        public Task<IReadOnlyList<StoredFile>> ListExpiredAsync(int limit, CancellationToken cancellationToken) => records.ListExpiredAsync(limit, cancellationToken);
    }
}
