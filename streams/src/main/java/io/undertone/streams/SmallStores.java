package io.undertone.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/// Keeps RocksDB small. The stores hold some seconds of audio of each open channel, most of which is deleted
/// before it would ever reach a disk; the defaults of Kafka Streams (50 MB of cache and 48 MB of write buffers)
/// would be set aside for each of two stores of each partition.
///
/// Public, because Kafka makes one for each store by its name.
public final class SmallStores implements RocksDBConfigSetter {

    private static final long WRITE_BUFFER_BYTES = 4L << 20;
    private static final int WRITE_BUFFERS = 2;
    private static final long CACHE_BYTES = 4L << 20;

    private final LRUCache cache = new LRUCache(CACHE_BYTES);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(cache);
            options.setTableFormatConfig(table);
        }
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS);
    }

    @Override
    public void close(String storeName, Options options) {
        cache.close();
    }
}
