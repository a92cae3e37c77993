package io.undertone.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/// Tells Avro that it may instantiate the records of this package. Since 1.12.2 it refuses every class that is not
/// trusted, generated ones included, with a `SecurityException` on reading and copying.
///
/// [Topics] and [io.undertone.schemas.serde.AvroSerdes] do so when they are loaded; whoever only copies records
/// by their builders does it once.
public final class TrustedRecords {

    static {
        // Avro keeps one list for the whole JVM: this adds to it and takes nothing away.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), TrustedRecords::isRecordOrEnumOfThisPackage));
    }

    private TrustedRecords() {}

    /// Idempotent.
    public static void declare() {
        // The work is done when this class is loaded.
    }

    private static boolean isRecordOrEnumOfThisPackage(Class<?> type) {
        return type.getPackage() == TrustedRecords.class.getPackage()
                && (SpecificRecord.class.isAssignableFrom(type) || type.isEnum());
    }
}
