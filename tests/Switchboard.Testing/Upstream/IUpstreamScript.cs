namespace Switchboard.Testing.Upstream;

/// <summary>What a connection asks of the upstream it belongs to.</summary>
internal interface IUpstreamScript
{
    void Received(UpstreamRequest request);

    Task<UpstreamAnswer> AnswerAsync(UpstreamRequest request, CancellationToken cancellationToken);

    void Ended(UpstreamRequest request, ExchangeEnd end);
}
